/** Certificate and key of a server, as PEM text. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

/**
 * `postgresql.conf` for data that may be lost: nothing is synced. Logical replication is possible, so that
 * publications and slots can be made. Dynamic shared memory lies in the data folder, so that nothing is left in
 * `/dev/shm` when the server is killed.
 */
export function settingsText(given: Readonly<Record<string, string>>, place: ServerPlace): string {
  const settings: Record<string, string> = {
    listen_addresses: place.listen,
    unix_socket_directories: place.socketFolder ?? '',
    password_encryption: 'scram-sha-256',
    ssl: place.encrypted ? 'on' : 'off',
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
    wal_level: 'logical',
    max_wal_senders: '4',
    max_replication_slots: '4',
    shared_buffers: '64MB',
    max_connections: '60',
    ...(process.platform === 'win32' ? {} : { dynamic_shared_memory_type: 'mmap' }),
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    log_destination: 'stderr',
    logging_collector: 'off',
    ...given,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('');
}

/**
 * What a server gets besides that is there to be restored into. On two cores, with as many jobs, indexes built without
 * parallel workers in each job were a tenth faster; more memory for them and for the cache gave as much again.
 */
export const restoreSettings: Readonly<Record<string, string>> = {
  shared_buffers: '256MB',
  maintenance_work_mem: '256MB',
  max_parallel_maintenance_workers: '0',
};

export interface ServerPlace {
  readonly listen: '127.0.0.1';
  /** Undefined where sockets are not used. */
  readonly socketFolder: string | undefined;
  readonly encrypted: boolean;
}

/** `pg_hba.conf`: passwords from everywhere, unless other lines are given. */
export function hbaText(given: readonly string[] | undefined): string {
  const lines = given ?? [
    'local all all scram-sha-256',
    'host all all 127.0.0.1/32 scram-sha-256',
    'host replication all 127.0.0.1/32 scram-sha-256',
  ];
  return lines.map(line => `${line}\n`).join('');
}
