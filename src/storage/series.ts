import type { DumpedDatabase, Manifest } from '../dumpset/manifest.ts';

/** Dump sets of the same series hold the same parts of the same databases of one cluster. */
export function seriesOf({ server, databases }: Manifest): string {
  return JSON.stringify([server.systemIdentifier, ...databases.map(contentOf).sort()]);
}

/** What decides which part of a database a set holds: a dump of definitions alone is no successor of a whole one. */
function contentOf({ name, options }: DumpedDatabase): string {
  return JSON.stringify([name, ...options.filter(option => !/^--(?:format|compress)=/.test(option)).sort()]);
}
