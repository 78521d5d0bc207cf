/** Superuser of the embedded server. The programs never use it at run time. */
export const SUPERUSER = 'postgres';

/**
 * The same on every machine: UTF-8, ordered by code point with Unicode's case rules, from Postgres itself and not from the
 * operating system. Order by Norwegian rules in a query with `COLLATE "nb-x-icu"`.
 */
export const CLUSTER = [
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--auth=scram-sha-256',
  '--data-checksums',
  '--no-instructions',
];

/** Given on the command line, so that the supervisor writes nothing into a folder that belongs to another user. */
export const SERVER: Readonly<Record<string, string | number>> = {
  // Loopback only, and no socket in a place that others can enter.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 100,
  // Acknowledged means on disk.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // A small machine, nothing replicated: no WAL for what a replica would need, no parallel workers, no I/O processes.
  shared_buffers: '128MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '1GB',
  min_wal_size: '128MB',
  max_parallel_workers_per_gather: 0,
  max_logical_replication_workers: 0,
  io_method: 'sync',
  jit: 'off',
  // Personal data stays out of the server's log: no statement, no parameter, and no DETAIL (which quotes rows).
  log_statement: 'none',
  log_min_duration_statement: -1,
  log_min_error_statement: 'panic',
  log_parameter_max_length: 0,
  log_parameter_max_length_on_error: 0,
  log_error_verbosity: 'terse',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] %u ',
  log_timezone: 'UTC',
  timezone: 'UTC',
  lc_messages: 'C',
};

/** For tests alone, whose data nobody misses: nothing waits for the disk. */
export const FORGETFUL: Readonly<Record<string, string | number>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_wal_size: '256MB',
  shared_buffers: '32MB',
};

export const asArguments = (settings: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
