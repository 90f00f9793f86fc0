import type { DumpFormat } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { Compression } from '../postgres/archive/model.ts';
import { isHere } from '../postgres/connection/exposure.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import type { TableSizes } from '../postgres/table-sizes.ts';
import { formatBytes, formatCount } from '../report/format.ts';

/** A chosen value and the reason, for the plan's reader. */
export interface Choice<Value> {
  readonly value: Value;
  readonly reason: string;
}

/** Connections of a dump beside those of its jobs: the tool's own, three of ours, and one that only watches. */
const otherConnections = 5;

/** What jobs depend on beside the cores; what is not known limits nothing. */
export interface JobLimits {
  readonly freeConnections?: number | undefined;
  /** Of what is restored. A dump of small tables takes as long with one job as with several. */
  readonly sizes?: TableSizes | undefined;
}

/**
 * Bytes of a table, on average, below which one job restores faster than several: each table costs these a round through another
 * process and a TRUNCATE before its rows come. As such costs grow with the tables and gains with the bytes, the average is all that
 * counts: a big table among small ones raises it. Measured on two cores, one job against two: at 50 kB 0.8 of the time, from
 * 75 to 165 kB the same, at 290 kB 1.1 of it, and 0.6 to 0.8 of the CPU time throughout. Fewer tables are done in a moment anyhow.
 */
export const smallTable = 100_000;
export const manyTables = 100;

/**
 * As many jobs as cores: more of them were slower on a machine of two cores, for dump and restore alike. Fewer where the
 * server has no connections left for them, and one to restore many small tables. Which table is next is the tools' choice:
 * the biggest one first.
 */
export function chooseJobs(
  asked: number | 'auto',
  cores: number,
  { freeConnections, sizes }: JobLimits = {},
): Choice<number> {
  if (asked !== 'auto') return { value: asked, reason: `jobs ${asked}, as asked` };
  const most = Math.max(1, (freeConnections ?? Number.POSITIVE_INFINITY) - otherConnections);
  const jobs = Math.min(cores, most);
  const small = jobs > 1 ? smallOnes(sizes, manyTables) : undefined;
  if (small !== undefined) return { value: 1, reason: `jobs 1: ${small}; each costs several jobs more than they gain` };
  if (cores <= most) return { value: cores, reason: `jobs ${cores}: one for each core` };
  return { value: most, reason: `jobs ${most}: the server has ${freeConnections} connections left for this role` };
}

/** Words for that many tables, or more, that are small on average; undefined for others. */
function smallOnes(sizes: TableSizes | undefined, least: number): string | undefined {
  if (sizes === undefined || sizes.tables < least || sizes.bytes >= sizes.tables * smallTable) return undefined;
  const average = formatBytes(Math.round(sizes.bytes / sizes.tables));
  return `${formatCount(sizes.tables)} tables of ${average} on average`;
}

/** Tables from which on a file for each of them costs more than jobs that write side by side gain, if they are small. */
export const manyFiles = 1_000;

/**
 * One file for many small tables, else a file for each, which several jobs write. Each is made, hashed and synced: measured
 * with 2,000, a drill took 0.8 of the time with one file, in memory and on a disk.
 */
export function chooseFormat(
  asked: DumpFormat | 'auto',
  jobs: number | 'auto',
  sizes?: TableSizes,
): { readonly value: DumpFormat; readonly reason?: string } {
  if (asked !== 'auto') return { value: asked };
  const small = jobs === 'auto' || jobs === 1 ? smallOnes(sizes, manyFiles) : undefined;
  if (small === undefined) return { value: 'directory' };
  return { value: 'custom', reason: `format custom: ${small}; a file for each costs more than several jobs gain` };
}

const mostSessions = 8;

/** Sessions that count and hash a copy's rows side by side, beside the tool that prints its definitions. */
export function chooseSessions(cores: number, freeConnections?: number): number {
  return Math.min(mostSessions, Math.max(2, chooseJobs('auto', cores, { freeConnections }).value));
}

/**
 * A setting for the sessions that build indexes. With jobs that keep all cores of the server's machine busy, workers of their
 * own only get in each other's way: without them restores were 6 to 10 % faster (measured). A server elsewhere may have more
 * cores than we know of, so it decides itself.
 */
export function chooseMaintenance(
  hosts: ConnectionParameters['hosts'],
  jobs: number,
  cores: number,
): Choice<string> | undefined {
  if (jobs < cores || cores === 1 || !hosts.every(isHere)) return undefined;
  return {
    value: '-c max_parallel_maintenance_workers=0',
    reason: 'no parallel workers within an index build, as the jobs keep the cores of this machine busy',
  };
}

/**
 * The compression in the form that the client's major takes. zstd level 1 was a quarter of the time of the tools'
 * default (gzip 6) and smaller; pg_dump has it since 16. Before, gzip level 1 is the next best. Throws PGR150 for what
 * the client does not have. A tar file is never compressed, and a text is for people to read.
 */
export function chooseCompression(
  asked: string,
  clientMajor: number,
  format: DumpFormat = 'directory',
): Choice<string> {
  if (asked === 'auto' && (format === 'tar' || format === 'plain'))
    return { value: clientMajor >= 16 ? 'none' : '0', reason: `no compression of the ${format} format` };
  if (asked === 'auto') {
    return clientMajor >= 16
      ? { value: 'zstd:1', reason: 'compression zstd:1: faster and smaller than gzip' }
      : { value: '1', reason: `compression gzip:1: the fastest good one that client ${clientMajor} has` };
  }
  return { value: clientMajor >= 16 ? asked : oldForm(asked, clientMajor), reason: `compression ${asked}, as asked` };
}

/** What an argument of `--compress` stands for. */
export function compressionKind(argument: string): Compression['kind'] {
  if (/^(?:none|0|gzip:(?:level=)?0)$/.test(argument)) return 'none';
  return argument.startsWith('lz4') ? 'lz4' : argument.startsWith('zstd') ? 'zstd' : 'gzip';
}

/** Before 16, `--compress` was a level of gzip alone. */
function oldForm(asked: string, clientMajor: number): string {
  if (asked === 'none') return '0';
  if (asked === 'gzip') return '6';
  const level = /^(?:gzip:(?:level=)?)?([0-9])$/.exec(asked)?.[1];
  if (level !== undefined) return level;
  throw fault(
    'PGR150',
    `compress: ${asked} needs pg_dump 16 or newer, and the client is ${clientMajor}`,
    'write `gzip` with a level from 0 to 9, leave it at `auto`, or use a newer client',
  );
}
