import type { DumpFormat } from '../dumpset/manifest.ts';

/** Stands for the snapshot's name, which is known only while the dump runs. */
export const snapshotArgument = '--snapshot=<exported when the dump runs>';

/** What decides the content and form of one archive. */
export interface DumpOptions {
  readonly format: DumpFormat;
  readonly jobs: number;
  /** As `--compress` of this client takes it. */
  readonly compress: string;
  readonly include: { readonly schema: readonly string[]; readonly table: readonly string[] };
  readonly exclude: {
    readonly schema: readonly string[];
    readonly table: readonly string[];
    readonly 'table-data': readonly string[];
  };
  /** Asked of the session that exports the snapshot: pg_dump heeds it only where it takes a snapshot of its own. */
  readonly serializableDeferrable: boolean;
  /** Other arguments of pg_dump. */
  readonly flags: readonly string[];
}

/** Arguments of pg_dump that decide what the archive holds: they go into the manifest. */
export function contentArguments(options: DumpOptions): readonly string[] {
  return [
    `--format=${options.format}`,
    ...(options.format === 'tar' ? [] : [`--compress=${options.compress}`]),
    ...options.include.schema.map(pattern => `--schema=${pattern}`),
    ...options.include.table.map(pattern => `--table=${pattern}`),
    ...options.exclude.schema.map(pattern => `--exclude-schema=${pattern}`),
    ...options.exclude.table.map(pattern => `--exclude-table=${pattern}`),
    ...options.exclude['table-data'].map(pattern => `--exclude-table-data=${pattern}`),
    ...options.flags,
  ];
}

export function dumpArguments(
  options: DumpOptions,
  run: { readonly conninfo: string; readonly file: string; readonly lockSeconds: number },
): readonly string[] {
  return [
    `--dbname=${run.conninfo}`,
    `--file=${run.file}`,
    ...contentArguments(options),
    ...(options.format === 'directory' ? [`--jobs=${options.jobs}`] : []),
    ...runArguments(options, run.lockSeconds),
  ];
}

/**
 * Begins a custom archive of what a plain dump with these options holds, on standard output: its table of contents is
 * what the plain format lacks.
 */
export function contentsArguments(
  options: DumpOptions,
  run: { readonly conninfo: string; readonly lockSeconds: number },
): readonly string[] {
  const flags = options.flags.filter(flag => !plainOnly.test(flag));
  return [
    `--dbname=${run.conninfo}`,
    ...contentArguments({ ...options, format: 'custom', compress: '0', flags }),
    ...runArguments(options, run.lockSeconds),
  ];
}

/** What pg_dump takes for the plain format alone. */
const plainOnly =
  /^--(?:clean|create|if-exists|no-owner|superuser|disable-triggers|use-set-session-authorization|restrict-key)(?:=|$)/;

function runArguments({ include, flags }: DumpOptions, lockSeconds: number): readonly string[] {
  const chosen = [
    ...include.schema,
    ...include.table,
    ...flags.filter(flag => /^--(?:extension|table-and-children)=/.test(flag)),
  ];
  return [
    `--lock-wait-timeout=${lockSeconds * 1000}`,
    '--no-password',
    '--verbose',
    // Each filter must match: one that is misspelt beside a good one would leave out a table silently.
    ...(chosen.length > 0 ? ['--strict-names'] : []),
    // Everything is synced at once when the dump set is complete.
    '--no-sync',
    snapshotArgument,
  ];
}

/** A dump of definitions alone, to compare with an archive's table of contents. */
export function schemaArguments(run: {
  readonly conninfo: string;
  readonly file: string;
  readonly lockSeconds: number;
  /** Arguments of the archive's own pg_dump that say how definitions are printed. */
  readonly printing: readonly string[];
}): readonly string[] {
  return [
    `--dbname=${run.conninfo}`,
    `--file=${run.file}`,
    '--format=custom',
    '--schema-only',
    ...run.printing,
    `--lock-wait-timeout=${run.lockSeconds * 1000}`,
    '--no-password',
  ];
}

/** The definitions that a dump with these options will hold. */
export function definitionsArguments(
  options: DumpOptions,
  run: { readonly conninfo: string; readonly file: string; readonly lockSeconds: number },
): readonly string[] {
  const flags = options.flags.filter(flag => !plainOnly.test(flag) && !aboutRows.test(flag));
  const content = contentArguments({ ...options, format: 'custom', compress: '0', flags });
  return schemaArguments({ ...run, printing: content.filter(argument => argument !== '--format=custom') });
}

/** What pg_dump refuses, or has no use for, where it dumps definitions alone. */
const aboutRows =
  /^--(?:schema-only|statistics|no-data|no-statistics|inserts|column-inserts|rows-per-insert|on-conflict-do-nothing|include-foreign-data|include-foreign-data-and-children|large-objects|blobs|no-large-objects|no-blobs)(?:=|$)/;

/** Roles, memberships, tablespaces and role settings, or the part that the flags choose. */
export function globalsArguments(run: {
  readonly conninfo: string;
  readonly file: string;
  readonly lockSeconds: number;
  readonly flags: readonly string[];
  /** They are in pg_authid, which a superuser alone may read. */
  readonly passwords: boolean;
}): readonly string[] {
  const part = run.flags.some(flag => flag === '--roles-only' || flag === '--tablespaces-only');
  return [
    `--dbname=${run.conninfo}`,
    `--file=${run.file}`,
    ...(part ? [] : ['--globals-only']),
    ...run.flags,
    ...(run.passwords ? [] : ['--no-role-passwords']),
    `--lock-wait-timeout=${run.lockSeconds * 1000}`,
    '--no-password',
  ];
}

/** psql executes what it reads, and ends at the first error. Where it is one transaction, its end is part of the input. */
export function psqlArguments(run: {
  readonly conninfo: string;
  readonly transaction: boolean;
  readonly flags: readonly string[];
}): readonly string[] {
  return [
    `--dbname=${run.conninfo}`,
    '--no-psqlrc',
    '--set=ON_ERROR_STOP=1',
    '--quiet',
    ...run.flags,
    '--no-password',
    ...(run.transaction ? ['--command=BEGIN'] : []),
    '--file=-',
  ];
}

export interface RestoreOptions {
  readonly jobs: number;
  /** `drop`: everything belongs to the role that restores. */
  readonly owners:
    | { readonly kind: 'keep' }
    | { readonly kind: 'drop' }
    | { readonly kind: 'role'; readonly role: string };
  readonly privileges: 'keep' | 'skip';
  /** Arguments of pg_restore that have no key of their own. */
  readonly flags: readonly string[];
}

/** Stands for the file with the entries to restore, as the archive's table of contents is known only then. */
export const useListArgument = '--use-list=<made from the archive>';

/** `sections` empty means all of them in one run. */
export function restoreArguments(
  options: RestoreOptions,
  run: {
    readonly conninfo: string;
    readonly archive: string;
    readonly sections: readonly string[];
    /** What is asked of this one run alone. */
    readonly others?: readonly string[];
  },
): readonly string[] {
  return [
    `--dbname=${run.conninfo}`,
    ...run.sections.map(section => `--section=${section}`),
    `--jobs=${options.jobs}`,
    ...(options.owners.kind === 'keep' ? [] : ['--no-owner']),
    ...(options.owners.kind === 'role' ? [`--role=${options.owners.role}`] : []),
    ...(options.privileges === 'skip' ? ['--no-privileges'] : []),
    ...(run.others ?? []),
    ...options.flags,
    '--no-password',
    '--verbose',
    '--',
    run.archive,
  ];
}

/** A dump of all that is in a database, to be restored at once and thrown away. */
export function carryArguments(run: {
  readonly conninfo: string;
  readonly file: string;
  readonly lockSeconds: number;
}): readonly string[] {
  return [
    `--dbname=${run.conninfo}`,
    `--file=${run.file}`,
    '--format=custom',
    `--lock-wait-timeout=${run.lockSeconds * 1000}`,
    '--no-password',
  ];
}
