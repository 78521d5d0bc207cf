import { Decisions, EventLog, openEventLog } from '@hjemmel/event-store';
import { InForceFromLog } from '@hjemmel/contexts/data-subjects/in-force-from-log';
import { dataSubjectEntity } from '@hjemmel/contexts/data-subjects/read-models/get-data-subject/get-data-subject.handler';
import { refusalEntity } from '@hjemmel/contexts/data-subjects/read-models/list-refusals/list-refusals.handler';
import { orderEntity } from '@hjemmel/contexts/orders/read-models/get-order/get-order.handler';
import type { NationalIds } from '@hjemmel/contexts/orders/settings';
import { statementEntities } from '@hjemmel/contexts/privacy-notice/read-models/entities';
import { registerEntities } from '@hjemmel/contexts/processing-register/read-models/entities';
import type { KeysHeld } from '@hjemmel/contexts/retention/contract';
import { filesIn } from '@hjemmel/contexts/retention/erasure/files';
import { reapplyDestructions } from '@hjemmel/contexts/retention/erasure/reapply';
import { erasureEntity } from '@hjemmel/contexts/retention/read-models/list-erasures/list-erasures.handler';
import { legalHoldEntity } from '@hjemmel/contexts/retention/read-models/placed-holds';
import { retentionRunEntity } from '@hjemmel/contexts/retention/read-models/list-runs/list-runs.handler';
import { rightsRequestEntity } from '@hjemmel/contexts/rights-requests/read-models/list-rights-requests/list-rights-requests.handler';
import { OperatorError, Settings } from '@hjemmel/host';
import { systemClock } from '@hjemmel/kernel';
import { ensureHttpKeys, HttpKeys, HttpSettings, httpSettings, readHttpKeys } from '@hjemmel/http';
import { checkpoints, PositionWaiter } from '@hjemmel/projections';
import { Identities, KeyStore, openBlobs, openVaultKeys, ReappliedUpTo, Shredder, takeKeySource, Vault } from '@hjemmel/vault';
import { Pool } from 'pg';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { startFirst } from './first-start';
import type { Probes } from './health/readiness';

/** What the API is made of besides its routes: connections, and what is built on them. */
export interface ApiParts {
  readonly log: EventLog;
  readonly decisions: Decisions;
  readonly inForce: InForceFromLog;
  readonly vault: Vault;
  readonly identities: Identities;
  readonly keysHeld: KeysHeld;
  /** The API's own login: read models and answers to commands. */
  readonly pool: Pool;
  readonly dataSource: DataSource;
  readonly positions: PositionWaiter;
  readonly nationalIds: NationalIds;
  readonly http: HttpSettings;
  readonly keys: HttpKeys;
  readonly probes: Probes;
  close(): Promise<void>;
}

const CONNECTIONS = 16;

/**
 * Opens everything, waits until register and statement are known, and publishes them where the log has none.
 * @throws OperatorError where a setting or secret is at fault
 */
export async function openParts(read: Settings, logger: Logger): Promise<ApiParts> {
  const secrets = read.required('HJEMMEL_SECRETS');
  const keySource = takeKeySource(read);
  await ensureHttpKeys(secrets);
  const apiUrl = read.required('HJEMMEL_POSTGRES_API_URL');
  const blobs = await openBlobs(read);
  const log = openEventLog(read.required('HJEMMEL_LOG'));
  const pool = poolOf(apiUrl, logger);
  const vaultPool = poolOf(read.required('HJEMMEL_POSTGRES_VAULT_URL'), logger);
  const vaultKeys = await openVaultKeys(keySource, vaultPool, 'at-first-start');
  const keyStore = new KeyStore(vaultPool, vaultKeys.master);
  const identities = new Identities(vaultPool, vaultKeys);
  const shredder = new Shredder(vaultPool, keyStore, identities);
  // Before anything is served: what was erased must not be there again, whatever backup this database comes from.
  const restored = await reapplyDestructions({
    log,
    keys: shredder,
    files: filesIn(log, blobs),
    upTo: new ReappliedUpTo(vaultPool),
    clock: systemClock,
  });
  if (restored)
    logger.warn({ keys: restored.keys.length }, 'the vault was older than the log: what had been erased since was erased again');
  const dataSource = await new DataSource({
    type: 'postgres',
    url: apiUrl,
    entities: [
      orderEntity,
      dataSubjectEntity,
      refusalEntity,
      rightsRequestEntity,
      erasureEntity,
      legalHoldEntity,
      retentionRunEntity,
      ...registerEntities,
      ...statementEntities,
    ],
    extra: { max: CONNECTIONS },
  }).initialize();
  const positions = new PositionWaiter(apiUrl, (code) => logger.warn({ code }, 'the connection that waits for read models broke'));
  const inForce = new InForceFromLog(log, () => logger.warn('lost the log while following the register; trying again'));
  await inForce.ready();
  const decisions = new Decisions(log);
  await startFirst(decisions, inForce);
  return {
    log,
    decisions,
    inForce,
    vault: new Vault(keyStore, blobs),
    identities,
    keysHeld: shredder,
    pool,
    dataSource,
    positions,
    nationalIds: nationalIdsOf(read),
    http: httpSettings(read, secrets),
    keys: await readHttpKeys(secrets),
    probes: { lastPosition: () => log.lastPosition(), readModels: () => checkpoints(pool) },
    close: async () => {
      await positions.close();
      await inForce.close();
      await keyStore.close();
      await Promise.all([dataSource.destroy(), pool.end(), vaultPool.end()]);
      await log.close();
    },
  };
}

function poolOf(connectionString: string, logger: Logger): Pool {
  const pool = new Pool({ connectionString, max: CONNECTIONS });
  // A connection that Postgres ends while it is idle is replaced at the next use; without a listener it would end the process.
  pool.on('error', (error) => logger.warn({ error: error.name }, 'a connection to Postgres ended'));
  return pool;
}

/** Real people by default: numbers of made ones are taken only where that is said. */
function nationalIdsOf(read: Settings): NationalIds {
  const rulesOf2032From = read.text('HJEMMEL_NATIONAL_IDS_2032_FROM', '2032-01-01');
  if (!/^\d{4}-\d\d-\d\d$/.test(rulesOf2032From)) throw new OperatorError('HJEMMEL_NATIONAL_IDS_2032_FROM must be a day, YYYY-MM-DD');
  return { kind: read.choice('HJEMMEL_NATIONAL_IDS', ['real', 'synthetic'], 'real'), rulesOf2032From };
}
