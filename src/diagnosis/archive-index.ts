import type { TocEntry } from '../postgres/archive/model.ts';
import type { Said } from './said.ts';

/** What a message says is not there: `relation`, `type`, …, and its name as the server writes it. */
export interface Lack {
  readonly thing: string;
  readonly name: string;
}

/** Answers about the table of contents, each in a time that does not grow with it. */
export interface ArchiveIndex {
  /** The entry that a message is about. */
  entryOf(said: Said): TocEntry | undefined;
  /** The entries that would make what is missing. */
  makersOf(lack: Lack): readonly TocEntry[];
  /** What has to be there before an entry: for what comes after the rows, these too. */
  neededBy(entry: TocEntry): readonly TocEntry[];
}

/** By what the server calls it, the entries that make such a thing. */
const things: Readonly<Record<string, string>> = {
  TABLE: 'relation',
  'FOREIGN TABLE': 'relation',
  VIEW: 'relation',
  'MATERIALIZED VIEW': 'relation',
  SEQUENCE: 'relation',
  INDEX: 'relation',
  TYPE: 'type',
  'SHELL TYPE': 'type',
  DOMAIN: 'type',
  SCHEMA: 'schema',
  FUNCTION: 'function',
  PROCEDURE: 'function',
  AGGREGATE: 'function',
  OPERATOR: 'operator',
  'OPERATOR CLASS': 'operator class',
  COLLATION: 'collation',
  SERVER: 'server',
  EXTENSION: 'extension',
  'FOREIGN DATA WRAPPER': 'foreign-data wrapper',
  'EVENT TRIGGER': 'event trigger',
  PUBLICATION: 'publication',
};

/** As much of a definition as tells it from others; messages may be cut behind it. */
const tellingLength = 400;
const telling = (sql: string) => sql.trim().slice(0, tellingLength).trimEnd();

export function indexArchive(entries: readonly TocEntry[]): ArchiveIndex {
  const byId = new Map(entries.map(entry => [entry.dumpId, entry]));
  const byDefinition = groupBy(entries, ({ definition }) => [telling(definition ?? '')].filter(text => text !== ''));
  const rowsByTable = groupBy(
    entries.filter(({ description }) => description === 'TABLE DATA'),
    ({ tag }) => [tag],
  );
  const rowsOf = new Map(entries.flatMap(entry => rowsWith(entry)));
  const makers = groupBy(entries, namesOf);
  return {
    entryOf({ command, table, dumpId }) {
      const named = dumpId === undefined ? undefined : byId.get(dumpId);
      const found = table === undefined ? byDefinition.get(telling(command ?? '')) : rowsByTable.get(table);
      if (found === undefined) return named;
      if (found.length === 1) return found[0];
      return named !== undefined && found.includes(named) ? named : undefined;
    },
    makersOf: ({ thing, name }) => makers.get(`${thing} ${name}`) ?? [],
    neededBy({ dependencies, section }) {
      const ids = section === 'post-data' ? dependencies.flatMap(id => [id, rowsOf.get(id) ?? -1]) : dependencies;
      return ids.map(id => byId.get(id)).filter(entry => entry !== undefined);
    },
  };
}

/** The entry of a table's rows, by the table. */
function rowsWith({ description, dependencies, dumpId }: TocEntry): readonly (readonly [number, number])[] {
  return description === 'TABLE DATA' ? dependencies.map(table => [table, dumpId] as const) : [];
}

/** The names by which a server may miss what an entry makes: with and without its schema, functions without arguments. */
function namesOf({ description, namespace, tag }: TocEntry): readonly string[] {
  const thing = things[description];
  if (thing === undefined) return [];
  const name = thing === 'function' ? tag.replace(/\(.*$/s, '') : tag;
  const both = namespace === undefined || namespace === '' ? [name] : [name, `${namespace}.${name}`];
  // A table is the type of its rows too.
  const kinds = thing === 'relation' ? ['relation', 'type'] : [thing];
  return kinds.flatMap(kind => both.map(each => `${kind} ${each}`));
}

function groupBy(
  entries: readonly TocEntry[],
  keysOf: (entry: TocEntry) => readonly string[],
): ReadonlyMap<string, readonly TocEntry[]> {
  const groups = new Map<string, TocEntry[]>();
  for (const entry of entries) {
    for (const key of keysOf(entry)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [entry]);
      else group.push(entry);
    }
  }
  return groups;
}

/** What the server says is missing; undefined where it says something else. */
export function lackOf({ server = '' }: Said): Lack | undefined {
  const match =
    /^(schema|relation|type|server|extension|foreign-data wrapper|event trigger|publication|collation|operator class) "(.+?)"(?: for encoding ".+?")? does not exist/s.exec(
      server,
    ) ?? /^(function|operator) (?:does not exist: )?(\S+?)(?:\(.*\) does not exist|$)/s.exec(server);
  if (match === null) return undefined;
  const [, thing = '', name = ''] = match;
  return { thing, name };
}
