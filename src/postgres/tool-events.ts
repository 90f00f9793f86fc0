import type { ToolMessage } from './tool-output.ts';

/** Work on an archive's entries that takes time. */
export type Work = 'data' | 'index builds' | 'foreign keys' | 'materialized views';

/** What `--verbose` of pg_dump and pg_restore tells of the course of their work. */
export type ToolEvent =
  /** Without jobs, whatever is begun ends what was begun before. `name` is as the tool writes it, if it is of interest. */
  | { readonly kind: 'begun'; readonly work: Work | undefined; readonly name: string }
  /** An entry of the archive, by its dump id, given to a job or come back from it. */
  | {
      readonly kind: 'launched' | 'finished';
      readonly dumpId: number;
      readonly work: Work | undefined;
      readonly tag: string;
    }
  | { readonly kind: 'jobs begin' | 'jobs end' };

/** A primary key, or another one, is an index that is built. */
const works: Readonly<Record<string, Work>> = {
  'TABLE DATA': 'data',
  BLOBS: 'data',
  INDEX: 'index builds',
  CONSTRAINT: 'index builds',
  'FK CONSTRAINT': 'foreign keys',
  'MATERIALIZED VIEW DATA': 'materialized views',
};
const descriptions = Object.keys(works).join('|');
const entry = new RegExp(`^\\w+: (launching|finished) item (\\d+) (?:(${descriptions}) )?(.*)$`, 's');
const making = new RegExp(`^pg_restore: creating (${descriptions}) "(.+)"$`, 's');

/** Measured with 15 (pg_backup_archiver.c, pg_dump.c); undefined for an error or a warning. */
export function toolEvent({ level, text }: ToolMessage): ToolEvent | undefined {
  if (level !== 'progress') return undefined;
  if (/^pg_restore: entering main parallel loop$/.test(text)) return { kind: 'jobs begin' };
  if (/^pg_restore: finished main parallel loop$/.test(text)) return { kind: 'jobs end' };
  const [, verb, dumpId, description = '', tag = ''] = entry.exec(text) ?? [];
  if (verb !== undefined)
    return {
      kind: verb === 'finished' ? 'finished' : 'launched',
      dumpId: Number(dumpId),
      work: works[description],
      tag,
    };
  const table = /^\w+: (?:dumping contents of table|processing data for table) "(.+)"$/s.exec(text)?.[1];
  if (table !== undefined) return { kind: 'begun', work: 'data', name: table };
  const [, made = '', name = ''] = making.exec(text) ?? [];
  return { kind: 'begun', work: works[made], name };
}
