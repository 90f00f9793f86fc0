import { realpath, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DumpFormat } from '../dumpset/manifest.ts';
import { compressionKind } from '../plan/choices.ts';
import { formatBytes } from '../report/format.ts';
import type { Finding, Subject } from './finding.ts';

/** Where something is going to be written, and how much. */
export interface DiskUse {
  readonly folder: string;
  /** Fits after "for". */
  readonly what: string;
  /** Bytes of the tables that it comes from, large objects included. */
  readonly tables: number;
  /** What becomes of a byte of them, usually. */
  readonly factor: number;
}

export interface Disk {
  /** Tells file systems apart. */
  readonly device: number;
  readonly free: number;
}

/** The disk below a folder that may not be there yet. */
export type ReadDisk = (folder: string) => Promise<Disk>;

export const readDisk: ReadDisk = async folder => {
  const existing = await nearest(folder);
  const [{ bavail, bsize }, { dev }] = await Promise.all([statfs(existing), stat(existing)]);
  return { device: dev, free: bavail * bsize };
};

async function nearest(path: string): Promise<string> {
  const parent = dirname(path);
  return realpath(path).catch((error: unknown) => {
    if (parent === path) throw error;
    return nearest(parent);
  });
}

/**
 * What a dump takes of the size of its tables: measured with 200 tables of text, JSON, numbers and bytes. Very uniform
 * rows shrink to a hundredth of their table, values that are compressed already hardly at all.
 */
export function dumpFactor(format: DumpFormat, compress: string): number {
  const kind = format === 'tar' ? 'none' : compressionKind(compress);
  return { none: 0.7, lz4: 0.42, gzip: 0.25, zstd: 0.22 }[kind];
}

/** Tables and their indexes on a throwaway server, with its log of changes. */
export const serverFactor = 1.6;

/** No more than this of the estimate is certain: tables may hold much free space, and rows much that repeats. */
const certainShare = 0.02;

/** Bytes. Less is mostly what files need beside their content. */
const leastTold = 1e6;

/** What is written to one file system has to fit together. `tables` estimates, so only what cannot be blocks. */
export function judgeDisk(place: string, disk: Disk, uses: readonly DiskUse[]): Finding {
  const subject: Subject = { check: 'disk space', about: place };
  const likely = uses.reduce((sum, { tables, factor }) => sum + tables * factor, 0);
  const shares = uses.map(
    ({ what, tables, factor }) =>
      `${formatBytes(tables * factor)} for ${what} (${formatBytes(tables)} of tables × ${factor})`,
  );
  const says = `${formatBytes(disk.free)} free, about ${formatBytes(likely)} needed: ${shares.join(', ')}`;
  const remedy =
    'free some space, use a larger disk or runner, a stronger `compress`, or leave rows out by `exclude: {table-data: […]}`';
  if (likely >= leastTold && disk.free < likely * certainShare)
    return { ...subject, verdict: 'blocks', code: 'PGR220', says, remedy };
  if (disk.free < likely) return { ...subject, verdict: 'warning', says, remedy };
  return { ...subject, verdict: 'ok', says };
}
