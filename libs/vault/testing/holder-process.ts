import { issueGrant } from '@hjemmel/admission/grant';
import { onStop, runProgram, settings, tellReady } from '@hjemmel/host';
import { newPseudonym, newUuid } from '@hjemmel/kernel';
import { Pool } from 'pg';
import { ErasedKey } from '../errors';
import { FileKeys } from '../key-sources';
import { KeyStore } from '../key-store';
import { parseSealed } from '../sealing';
import { openVaultKeys } from '../secrets';
import { SealedField, Sealer, Vault } from '../vault';

/**
 * A program that holds keys in memory, and does what its test asks over IPC: HJEMMEL_TEST_POSTGRES_URL, HJEMMEL_SECRETS. It has the API's part, or the
 * worker's where the URL is the worker's.
 */
export interface Asked {
  readonly id: number;
  readonly what: 'seal' | 'seal-again' | 'seal-after-standing-still' | 'open' | 'open-standing-still' | 'load' | 'busy';
  readonly subjectId: string;
  readonly field?: SealedField;
  readonly fields?: readonly SealedField[];
  readonly forMs?: number;
}

/** What it answers: a sealed field, what opening gave, or the name of an error. */
export interface Answered {
  readonly id: number;
  readonly field?: SealedField;
  readonly opened?: string;
  readonly failed?: string;
  readonly count?: number;
}

const category = 'subject.contact';
const sealedAt = new Date('2026-03-02T10:00:00.000Z');

function grantOf(subjectId: string) {
  const ground = {
    activity: 'C-1',
    activityVersion: 1,
    purpose: 'deliver-service',
    role: 'controller',
    controller: '915376215',
    categories: [category],
    basis: { code: '6(1)(f)', because: 'company-representative' },
    statement: { version: '2023-12-20', hash: 'ab' },
  } as const;
  return issueGrant(subjectId, ground, newUuid());
}

runProgram(async () => {
  const read = settings(process.env);
  const pool = new Pool({ connectionString: read.required('HJEMMEL_TEST_POSTGRES_URL'), max: 4 });
  pool.on('error', () => undefined); // Postgres is restarted under it
  const keys = await openVaultKeys(new FileKeys(read.required('HJEMMEL_SECRETS')), pool, 'never');
  const store = new KeyStore(pool, keys.master);
  const vault = new Vault(store);
  onStop(() => store.close());
  /** A sealer that was made once, and remembers its keys. */
  const sealers = new Map<string, { readonly seal: Sealer; readonly grant: ReturnType<typeof grantOf> }>();

  const seal = (subjectId: string): SealedField => {
    const { seal: put, grant } = sealers.get(subjectId)!;
    const place = { eventId: newUuid(), stream: `order-${newUuid()}`, path: 'contact.name' };
    return { ...place, ...put(grant, category, place, `name of ${subjectId}`), subjectId, category };
  };
  const load = async (subjectId: string): Promise<void> => {
    const grant = grantOf(subjectId);
    sealers.set(subjectId, { grant, seal: await vault.sealer([grant], sealedAt) });
  };
  const openField = async (field: SealedField): Promise<string> => {
    const [opened] = await vault.open([{ grant: grantOf(field.subjectId), field }]);
    if (!opened) throw new Error('nothing was answered');
    return opened.state === 'open' ? opened.text : opened.state;
  };
  /** Stops this process in the middle of what it does: when it goes on, it has heard nothing of what happened. */
  const standStill = (): void => void process.kill(process.pid, 'SIGSTOP');
  const openStandingStill = (field: SealedField): Promise<string> => {
    const { keyId } = parseSealed(field);
    let stood = false;
    return store.open([keyId], (keys) => {
      const key = keys.get(keyId);
      if (!stood) standStill();
      stood = true;
      return key instanceof ErasedKey ? 'erased' : 'open';
    });
  };
  /** Makes people, seals for them and opens without pause: what is in memory, what is not, and what other processes sealed long ago. */
  const busy = async (fields: readonly SealedField[], forMs: number): Promise<number> => {
    let count = 0;
    for (const until = Date.now() + forMs; Date.now() < until; count++) {
      const subjectId = newPseudonym();
      await load(subjectId);
      for (const field of [seal(subjectId), fields[count % fields.length]!]) {
        const text = await openField(field);
        if (text !== `name of ${field.subjectId}`) throw new Error(`opened as ${text}`);
      }
      sealers.delete(subjectId);
    }
    return count;
  };

  const perform = async ({ what, subjectId, field, fields = [], forMs = 0 }: Asked): Promise<Omit<Answered, 'id'>> => {
    switch (what) {
      case 'load':
        await load(subjectId);
        return {};
      case 'seal':
        await load(subjectId);
        return { field: seal(subjectId) };
      case 'seal-again':
        return { field: seal(subjectId) };
      case 'seal-after-standing-still':
        standStill();
        return { field: seal(subjectId) };
      case 'open-standing-still':
        return { opened: await openStandingStill(field!) };
      case 'open':
        return { opened: await openField(field!) };
      case 'busy':
        return { count: await busy(fields, forMs) };
    }
  };
  process.on('message', (asked: Asked) => {
    void perform(asked)
      .catch((error: unknown) => ({ failed: error instanceof Error ? `${error.name}: ${error.message}` : 'no error' }))
      .then((answer) => process.send?.({ ...answer, id: asked.id }));
  });
  tellReady();
});
