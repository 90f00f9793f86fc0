import type { CloneStep } from '../config/config.ts';
import { fault } from '../errors.ts';
import type { Choice } from './choices.ts';

export type AskedCloneStrategy = CloneStep['strategy'];
export type CloneStrategy = Exclude<AskedCloneStrategy, 'auto'>;

/** What only the server knows, and only when the copies are about to be made. */
export interface ClonedDatabase {
  /** As pg_database_size gives it. */
  readonly bytes: number;
  /** Whether the server syncs what it writes. */
  readonly fsync: boolean;
}

/** The first major that has CREATE DATABASE … STRATEGY (release notes of 15); before, files were always copied. */
const firstWithStrategies = 15;

/** Bytes up to which the write-ahead log is the cheaper way on a server that syncs; an empty database has 7 to 8 MB. */
export const smallDatabase = 32_000_000;

/**
 * What a plan can say of the strategy: all of it, unless it is left to the size. Undefined for a server that takes none.
 *
 * @throws PGR150 for one that the server does not have.
 */
export function planCloneStrategy(asked: AskedCloneStrategy, major: number): Choice<AskedCloneStrategy | undefined> {
  if (major < firstWithStrategies) {
    if (asked === 'auto')
      return {
        value: undefined,
        reason: `server ${major} knows one strategy, copying the files between two checkpoints`,
      };
    throw fault(
      'PGR150',
      `clone.strategy: ${asked} needs a server 15 or newer, and this one is ${major}`,
      'leave it at `auto`, which copies files there',
    );
  }
  if (asked !== 'auto') return { value: asked, reason: `strategy ${asked}, as asked` };
  return {
    value: 'auto',
    reason: `strategy by what the server says then: wal_log if it syncs (fsync) and the database has at most ${smallDatabase / 1e6} MB, else file_copy`,
  };
}

/**
 * `wal_log` writes each page twice, into the log and into the copy, and passes it through the server's cache; `file_copy`
 * lets the system copy the files, syncs each of them, and asks for a checkpoint before and after (manual, "CREATE
 * DATABASE"). Those cost what the disk takes to sync. So files are copied where nothing is synced, and where there is so
 * much that the log would cost more than the checkpoints: with fsync on wal_log was ahead at 20 MB, file_copy from 60 MB on;
 * with fsync off neither was clearly so at these sizes, and file_copy took a third to a half of the time from 270 MB on
 * (docs/benchmarks-clones.md). How files are copied (`file_copy_method`, from 18 on) stays as the server has it: its `clone` took
 * twice as long where no blocks can be shared and much is synced.
 */
export function chooseCloneStrategy({ bytes, fsync }: ClonedDatabase): Choice<CloneStrategy> {
  if (!fsync)
    return { value: 'file_copy', reason: 'strategy file_copy: the server syncs nothing, so checkpoints cost little' };
  const size = `${Math.ceil(bytes / 1e6)} MB`;
  return bytes <= smallDatabase
    ? {
        value: 'wal_log',
        reason: `strategy wal_log: ${size} are less work for the log than checkpoints are for the disk`,
      }
    : { value: 'file_copy', reason: `strategy file_copy: ${size} would go through the log and the cache otherwise` };
}
