import { Decisions, EventLog, openEventLog } from '@hjemmel/event-store';
import { InForceFromLog } from '@hjemmel/contexts/data-subjects/in-force-from-log';
import { dataSubjectEntity } from '@hjemmel/contexts/data-subjects/read-models/get-data-subject/get-data-subject.handler';
import { refusalEntity } from '@hjemmel/contexts/data-subjects/read-models/list-refusals/list-refusals.handler';
import { orderEntity } from '@hjemmel/contexts/orders/read-models/get-order/get-order.handler';
import type { NationalIds } from '@hjemmel/contexts/orders/settings';
import { rightsRequestEntity } from '@hjemmel/contexts/rights-requests/read-models/list-rights-requests/list-rights-requests.handler';
import { OperatorError, Settings, stderrLine } from '@hjemmel/host';
import { PositionWaiter } from '@hjemmel/projections';
import { Identities, KeyStore, Vault, vaultKeys } from '@hjemmel/vault';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';

/** What the API is made of besides its routes: connections, and what is built on them. */
export interface ApiParts {
  readonly log: EventLog;
  readonly decisions: Decisions;
  readonly inForce: InForceFromLog;
  readonly vault: Vault;
  readonly identities: Identities;
  /** The API's own login: read models and answers to commands. */
  readonly pool: Pool;
  readonly dataSource: DataSource;
  readonly positions: PositionWaiter;
  readonly nationalIds: NationalIds;
  close(): Promise<void>;
}

const CONNECTIONS = 16;

/** Opens everything and waits until register and statement are known. @throws OperatorError where a setting or secret is at fault */
export async function openParts(read: Settings, secrets: string): Promise<ApiParts> {
  const apiUrl = read.required('HJEMMEL_POSTGRES_API_URL');
  const log = openEventLog(read.required('HJEMMEL_LOG'));
  const pool = poolOf(apiUrl);
  const vaultPool = poolOf(read.required('HJEMMEL_POSTGRES_VAULT_URL'));
  const keys = await vaultKeys(secrets, vaultPool);
  const dataSource = await new DataSource({
    type: 'postgres',
    url: apiUrl,
    entities: [orderEntity, dataSubjectEntity, refusalEntity, rightsRequestEntity],
    extra: { max: CONNECTIONS },
  }).initialize();
  const positions = new PositionWaiter(apiUrl, (code) => stderrLine(`the connection that waits for read models broke: ${code}`));
  const inForce = new InForceFromLog(log, () => stderrLine('lost the log while following the register; trying again'));
  await inForce.ready();
  return {
    log,
    decisions: new Decisions(log),
    inForce,
    vault: new Vault(new KeyStore(vaultPool, keys.master)),
    identities: new Identities(vaultPool, keys.blindIndex),
    pool,
    dataSource,
    positions,
    nationalIds: nationalIdsOf(read),
    close: async () => {
      positions.close();
      await inForce.close();
      await Promise.all([dataSource.destroy(), pool.end(), vaultPool.end()]);
      await log.close();
    },
  };
}

function poolOf(connectionString: string): Pool {
  const pool = new Pool({ connectionString, max: CONNECTIONS });
  // A connection that Postgres ends while it is idle is replaced at the next use; without a listener it would end the process.
  pool.on('error', (error) => stderrLine(`a connection to Postgres ended: ${error.name}`));
  return pool;
}

/** Real people by default: numbers of made ones are taken only where that is said. */
function nationalIdsOf(read: Settings): NationalIds {
  const rulesOf2032From = read.text('HJEMMEL_NATIONAL_IDS_2032_FROM', '2032-01-01');
  if (!/^\d{4}-\d\d-\d\d$/.test(rulesOf2032From)) throw new OperatorError('HJEMMEL_NATIONAL_IDS_2032_FROM must be a day, YYYY-MM-DD');
  return { kind: read.choice('HJEMMEL_NATIONAL_IDS', ['real', 'synthetic'], 'real'), rulesOf2032From };
}
