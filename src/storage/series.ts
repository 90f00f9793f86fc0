import { createHash } from 'node:crypto';
import type { DumpedDatabase, Manifest } from '../dumpset/manifest.ts';

/** Dump sets of the same series hold the same parts of the same databases of one cluster. A hash, which tells no names. */
export function seriesOf({ server, databases }: Manifest): string {
  return createHash('sha256')
    .update(JSON.stringify([server.systemIdentifier, ...databases.map(contentOf).sort()]))
    .digest('hex');
}

/** What decides which part of a database a set holds: a dump of definitions alone is no successor of a whole one. */
function contentOf({ name, options }: DumpedDatabase): string {
  return JSON.stringify([name, ...options.filter(option => !/^--(?:format|compress)=/.test(option)).sort()]);
}
