import type { Config } from './config.ts';
import { type ConfigSurroundings, decodeConfig } from './parse.ts';
import type { Place } from './place.ts';
import { collectProblems, type Spelling } from './problems.ts';
import type { InputValues } from './short-form.ts';
import { foreign, mapOf } from './short-form-build.ts';
import { nodeOf, type Origin, type SourceNode } from './source/tree.ts';

/** Commands that do one step, without a file: they take what they need from the options of the short form. */
export const directCommands = ['verify', 'compare', 'fetch'] as const;
export type DirectCommand = (typeof directCommands)[number];

/** What each of them takes, and whether it can do without. */
const takes: Readonly<Record<DirectCommand, Readonly<Record<string, 'needed' | 'optional'>>>> = {
  verify: {
    'target-url': 'needed',
    databases: 'optional',
    'target-database': 'optional',
    level: 'optional',
    sample: 'optional',
    'client-version': 'optional',
    'client-path': 'optional',
  },
  fetch: {},
  compare: {
    'source-url': 'needed',
    'target-url': 'needed',
    level: 'optional',
    'client-version': 'optional',
    'client-path': 'optional',
  },
};

export interface DirectForm {
  readonly command: DirectCommand;
  /** Of `verify`: the dump set, and the one database in it where it has no other. */
  readonly dumpSet: { readonly folder: string; readonly only: string | undefined } | undefined;
  /** Of `fetch`: from where to which folder. */
  readonly fetch?: DirectFetch | undefined;
  readonly values: InputValues;
  /** Names of the options that were written out: variables for other commands may be set as well. */
  readonly given: ReadonlySet<string>;
}

/** What the storage that a place names is called. */
export const placeStorage = 's3';

export interface DirectFetch {
  readonly place: Place;
  readonly to: string;
  /** Path of a file. */
  readonly identityFile: string | undefined;
  readonly sha256: string | undefined;
}

/**
 * The config of a command that does one step.
 * @throws RoundtripError with every problem: PGR129 for options that the command does not take or lacks.
 */
export function expandDirectForm(form: DirectForm, surroundings: ConfigSurroundings, spell: Spelling): Config {
  const problems = collectProblems('', spell);
  const { command, values, given } = form;
  const taken = takes[command];
  for (const [name, need] of Object.entries(taken)) {
    if (need === 'needed' && !values[name])
      problems.report('PGR129', from(name), '', `${command} needs ${spell(name)}`, 'give it, or its variable');
  }
  for (const name of given) {
    if (taken[name] === undefined && !['report-path', 'working-directory'].includes(name))
      problems.report('PGR129', from(name), '', `${command} does not take ${spell(name)}`, 'remove it');
  }
  return decodeConfig(problems.found.length > 0 ? undefined : declarationOf(form), problems, surroundings);
}

function declarationOf(form: DirectForm): SourceNode {
  return form.fetch === undefined ? comparisonOf(form) : fetchOf(form.fetch);
}

function fetchOf({ place, to, identityFile, sha256 }: DirectFetch): SourceNode {
  const origin = from('to');
  const text = (value: string | undefined) => (value === undefined ? undefined : foreign(value, origin));
  const run = place.kind === 'artifact' && place.branch !== undefined ? { branch: text(place.branch) } : undefined;
  const source: Readonly<Record<string, SourceNode | undefined>> = {
    folder: place.kind === 'folder' ? text(place.path) : undefined,
    url: place.kind === 'url' ? text(place.url) : undefined,
    artifact: place.kind === 'artifact' ? text(place.name) : undefined,
    from: place.kind === 'artifact' ? mapOf(origin, run ?? {}) : undefined,
    storage: place.kind === 's3' ? text(placeStorage) : undefined,
    name: place.kind === 's3' ? text(place.name) : undefined,
  };
  const decrypt = identityFile === undefined ? undefined : mapOf(origin, { 'identity-file': text(identityFile) });
  const fetch = mapOf(origin, { ...source, sha256: text(sha256), decrypt, to: text(to) });
  const prefix = place.kind === 's3' && place.prefix !== '' ? { prefix: text(place.prefix) } : {};
  const storage =
    place.kind === 's3' ? mapOf(origin, { s3: mapOf(origin, { bucket: text(place.bucket), ...prefix }) }) : undefined;
  return mapOf(origin, {
    version: nodeOf(1, origin),
    storages: storage && mapOf(origin, { [placeStorage]: storage }),
    steps: { kind: 'list', origin, items: [mapOf(origin, { fetch })] },
  });
}

function comparisonOf({ command, dumpSet, values }: DirectForm): SourceNode {
  const origin = from('target-url');
  const value = (name: string) => (values[name] ? foreign(values[name], from(name)) : undefined);
  const fixed = (written: string | number | boolean) => nodeOf(written, origin);
  const url = (name: string, more: Readonly<Record<string, SourceNode>> = {}) =>
    mapOf(from(name), { url: value(name), ...more });
  const renamed = value('target-database');
  const database = values['databases'] || dumpSet?.only;
  const step: Readonly<Record<string, SourceNode | undefined>> =
    command === 'verify'
      ? {
          from: fixed(dumpSet?.folder ?? ''),
          into: fixed('target'),
          level: value('level'),
          sample: value('sample'),
          databases: value('databases'),
          as: renamed && database ? mapOf(origin, { [database]: renamed }) : undefined,
        }
      : { source: fixed('source'), target: fixed('target'), level: value('level') };
  return mapOf(origin, {
    version: fixed(1),
    connections: mapOf(origin, {
      source: command === 'compare' ? url('source-url', { protected: fixed(true) }) : undefined,
      // A scratch database may be made there, where definitions are printed in another way.
      target: url('target-url'),
    }),
    client: mapOf(origin, { version: value('client-version'), path: value('client-path') }),
    steps: { kind: 'list', origin, items: [mapOf(origin, { [command]: mapOf(origin, step) })] },
  });
}

function from(name: string): Origin {
  return { kind: 'input', name };
}
