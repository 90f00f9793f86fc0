import { parseUrl } from '../postgres/connection/url.ts';
import { Secret } from '../secret.ts';
import type { InputValues } from './short-form.ts';
import { nodeOf, type Origin, type SourceEntry, type SourceMap, type SourceNode, type Written } from './source/tree.ts';

/** Writes the declaration that the inputs stand for. Every node comes from an input, so that problems name it. */
export function buildDeclaration(given: InputValues): SourceMap {
  const origin: Origin = { kind: 'input', name: 'source-url' };
  const fixed = (written: Written) => nodeOf(written, origin);
  const restores = given['target-url'] !== undefined;
  return mapOf(origin, {
    version: fixed(1),
    connections: mapOf(origin, {
      source: mapOf(origin, { url: valueNode(given, 'source-url'), protected: fixed(true) }),
      target: restores ? target(given) : undefined,
    }),
    client: mapOf(origin, { version: valueNode(given, 'client-version'), path: valueNode(given, 'client-path') }),
    steps: {
      kind: 'list',
      origin,
      items: [
        mapOf(origin, { dump: dump(given) }),
        ...(restores ? restoreAndVerify(given) : []),
        ...(given['artifact'] === undefined ? [] : [publish(given)]),
      ],
    },
  });
}

/** What `target-url` says instead of a URL for a server that is started for the job. */
export const throwawayTarget = 'throwaway';

function target(given: InputValues): SourceMap {
  const origin = from('target-url');
  if (given['target-url'] === throwawayTarget) return mapOf(origin, { throwaway: nodeOf(true, origin) });
  return mapOf(origin, { url: valueNode(given, 'target-url') });
}

function dump(given: InputValues): SourceMap {
  const origin = from('source-url');
  return mapOf(origin, {
    from: nodeOf('source', origin),
    databases: itemNodes(given, 'databases'),
    globals: valueNode(given, 'globals'),
    format: valueNode(given, 'format'),
    jobs: valueNode(given, 'jobs'),
    exclude: mapOf(origin, { 'table-data': itemNodes(given, 'exclude-table-data') }),
    to: valueNode(given, 'dump-path') ?? nodeOf('dumps/pg-roundtrip', from('dump-path')),
  });
}

function restoreAndVerify(given: InputValues): readonly SourceNode[] {
  const origin = from('target-url');
  const source = sourceDatabase(given);
  const renamed = valueNode(given, 'target-database');
  const restore = mapOf(origin, {
    into: nodeOf('target', origin),
    as: renamed && source.kind === 'one' ? mapOf(from('target-database'), { [source.name]: renamed }) : undefined,
    jobs: valueNode(given, 'jobs'),
    owners: valueNode(given, 'owners'),
    temporary: valueNode(given, 'temporary'),
  });
  const verify = mapOf(origin, { level: valueNode(given, 'level'), sample: valueNode(given, 'sample') });
  return [mapOf(origin, { restore }), mapOf(origin, { verify })];
}

function publish(given: InputValues): SourceNode {
  const origin = from('artifact');
  const names = ['artifact', 'retention-days', 'allow-public'];
  const recipients = itemNodes(given, 'recipients');
  return mapOf(origin, {
    publish: mapOf(origin, {
      ...Object.fromEntries(names.map(name => [name, valueNode(given, name)])),
      encrypt: recipients && mapOf(from('recipients'), { recipients }),
    }),
  });
}

/** The one database that is dumped, as far as the inputs tell; `unknown` when the URL cannot be read, which is reported elsewhere. */
export function sourceDatabase(
  given: InputValues,
): { readonly kind: 'one'; readonly name: string } | { readonly kind: 'unclear' | 'unknown' } {
  const [database, ...others] = split(given['databases'] ?? '');
  if (database !== undefined) {
    return others.length > 0 || /[*?]/.test(database) ? { kind: 'unclear' } : { kind: 'one', name: database };
  }
  const { assignments, problems } = parseUrl(new Secret(given['source-url'] ?? ''));
  if (problems.length > 0) return { kind: 'unknown' };
  const name = ['dbname', 'user']
    .map(keyword => assignments.find(each => each.keyword === keyword)?.value)
    .find(Boolean);
  return name === undefined ? { kind: 'unclear' } : { kind: 'one', name };
}

function from(name: string): Origin {
  return { kind: 'input', name };
}

function split(value: string): readonly string[] {
  return value
    .split(/[\n,]/)
    .map(item => item.trim())
    .filter(item => item !== '');
}

export function foreign(value: string, origin: Origin): SourceNode {
  return { kind: 'scalar', origin, value, spelling: value, pieces: [{ text: value, foreign: true }] };
}

function valueNode(given: InputValues, name: string): SourceNode | undefined {
  const value = given[name];
  return value === undefined ? undefined : foreign(value, from(name));
}

function itemNodes(given: InputValues, name: string): SourceNode | undefined {
  const value = given[name];
  const origin = from(name);
  return value === undefined
    ? undefined
    : { kind: 'list', origin, items: split(value).map(item => foreign(item, origin)) };
}

export function mapOf(origin: Origin, entries: Readonly<Record<string, SourceNode | undefined>>): SourceMap {
  const present = Object.entries(entries).flatMap(([key, value]): SourceEntry[] =>
    value === undefined ? [] : [{ key, keyOrigin: value.origin, value }],
  );
  return { kind: 'map', origin, entries: present };
}
