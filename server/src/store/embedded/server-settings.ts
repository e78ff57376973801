import { platform } from 'node:process'

/**
 * How the embedded server runs: small, and never less durable than PostgreSQL's defaults. Measured idle: 45 MB resident
 * over all its processes, of which 17 MB are its own.
 */
export const serverSettings: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // A node has a dozen and each of its applications three, and others may join it; nobody replicates from here.
  max_connections: '100',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  // Memory.
  shared_buffers: '64MB',
  huge_pages: 'off',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  // Worker processes for reading would cost 15 MB and help scans of large tables only.
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  // Few checkpoints: after each one, the first change of a page is written whole to the log.
  checkpoint_timeout: '15min',
  max_wal_size: '2GB',
  min_wal_size: '160MB',
  wal_buffers: '8MB',
  random_page_cost: '1.1',
  // Queue tables die and grow quickly.
  autovacuum: 'on',
  autovacuum_naptime: '20s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // After a crash: one call that writes the file system's cache, where the default opens each of 1,000 files.
  ...(platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
}
