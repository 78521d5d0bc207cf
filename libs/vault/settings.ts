import { OperatorError, Settings } from '@hjemmel/host';
import { EnvironmentKeys, EPOCH_KINDS, EpochKind, FileKeys, KEY_VARIABLES, KeySource, TransitKeys } from './key-sources';
import { Transit } from './transit';

const TRANSIT = { url: 'HJEMMEL_VAULT_TRANSIT_URL', key: 'HJEMMEL_VAULT_TRANSIT_KEY', token: 'HJEMMEL_VAULT_TRANSIT_TOKEN_FILE' } as const;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/**
 * Where the vault's keys come from, by which settings are there: HJEMMEL_VAULT_MASTER_KEYS and HJEMMEL_VAULT_BLIND_INDEX_KEYS; HJEMMEL_VAULT_TRANSIT_URL, _KEY
 * and _TOKEN_FILE (and _MOUNT); or else files in the folder of secrets. Takes the keys out of the process' environment, where a child or a
 * report of a crash would get them.
 * @param needed which kinds of keys the program needs: one that recognises nobody is not given the keys for that
 * @throws OperatorError where a setting is at fault, or there are two sources; it never repeats a value
 */
export function takeKeySource(read: Settings, needed: readonly EpochKind[] = EPOCH_KINDS, env: NodeJS.ProcessEnv = process.env): KeySource {
  const told = { master: read.text(KEY_VARIABLES.master), 'blind-index': read.text(KEY_VARIABLES['blind-index']) };
  for (const variable of Object.values(KEY_VARIABLES)) delete env[variable];
  const url = read.url(TRANSIT.url, ['https:', 'http:']);
  const inEnvironment = told.master !== undefined || told['blind-index'] !== undefined;
  if (inEnvironment && url !== undefined)
    throw new OperatorError(`the vault's keys come from ${KEY_VARIABLES.master} or from ${TRANSIT.url}: set one of them`);
  if (inEnvironment) {
    const missing = needed.filter((kind) => told[kind] === undefined).map((kind) => KEY_VARIABLES[kind]);
    if (missing.length > 0)
      throw new OperatorError(`${missing.join(' and ')} must be set too: all keys come from the environment, or none`);
    return new EnvironmentKeys(Object.fromEntries(needed.map((kind) => [kind, told[kind]])));
  }
  const secrets = read.required('HJEMMEL_SECRETS');
  return url === undefined ? new FileKeys(secrets) : new TransitKeys(transitAt(url, read), secrets);
}

function transitAt(url: string, read: Settings): Transit {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (!address || address.username || address.password || address.search || address.hash)
    throw new OperatorError(`${TRANSIT.url} must be an address without user, password and query`);
  if (address.protocol === 'http:' && !LOOPBACK.test(address.hostname))
    throw new OperatorError(`${TRANSIT.url} must begin with https:// where it is not this machine: keys would go over the wire in clear`);
  const mount = read.text('HJEMMEL_VAULT_TRANSIT_MOUNT', 'transit');
  if (!/^\w[\w.-]*(\/\w[\w.-]*)*$/.test(mount)) throw new OperatorError('HJEMMEL_VAULT_TRANSIT_MOUNT must be a path such as transit');
  return new Transit({ url, mount, key: read.required(TRANSIT.key), tokenFile: read.required(TRANSIT.token) });
}
