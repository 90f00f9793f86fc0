import { nearest } from '../../postgres/connection/nearest.ts';
import type { RestoreStep } from '../config.ts';
import type { Problems } from '../problems.ts';
import type { Located } from '../schema/kind.ts';

/** What a step may refer to, and how that is checked. */
export interface References {
  /** Undefined when the connections themselves could not be read. */
  readonly connections: ReadonlyMap<string, ReferredConnection | undefined> | undefined;
  /** Names of those that are declared; undefined when these could not be read. */
  readonly storages: readonly string[] | undefined;
  readonly problems: Problems;
}

export interface ReferredConnection {
  readonly protected: boolean;
  readonly throwaway: true | undefined;
}

/** What the steps before have made. */
export interface Before {
  /** Folders of dump sets, in order. */
  readonly dumps: readonly string[];
  readonly restores: readonly RestoreStep[];
  /** Connections that were dumped, by the folders of the dump sets. */
  readonly sources: ReadonlyMap<string, string>;
  /** Connections that something was restored to or run on. */
  readonly filled: readonly string[];
  /** True when a step before could not be read, so that it may have made anything. */
  readonly uncertain: boolean;
}

/** Reports a connection that is not declared or, for a step that changes databases, is protected. */
export function checkConnection(
  { value: name, origin }: Located<string>,
  path: string,
  access: 'read' | 'write',
  { connections, problems }: References,
): void {
  if (connections === undefined) return;
  if (!connections.has(name)) {
    const names = [...connections.keys()];
    const near = nearest(name, names);
    const remedy = near === undefined ? `declare it, or write one of ${names.join(', ')}` : `did you mean ${near}?`;
    problems.report(
      'PGR128',
      origin,
      path,
      `no such connection is declared: ${JSON.stringify(name.slice(0, 60))}`,
      remedy,
    );
  } else if (access === 'write' && connections.get(name)?.protected === true) {
    const what = `the connection ${name} is protected, so nothing is restored or run there`;
    problems.report('PGR162', origin, path, what, 'name another connection, or remove protected: true');
  }
}

/** Reports a storage that is not declared. */
export function checkStorage(
  { value: name, origin }: Located<string>,
  path: string,
  { storages, problems }: Pick<References, 'storages' | 'problems'>,
): void {
  if (storages === undefined || storages.includes(name)) return;
  const near = nearest(name, storages);
  const remedy = near === undefined ? 'declare it under `storages`' : `did you mean ${near}?`;
  problems.report('PGR128', origin, path, `no such storage is declared: ${JSON.stringify(name.slice(0, 60))}`, remedy);
}

/** Reports a throwaway server that is still as empty as it was made. */
export function checkFilled(
  { value: name, origin }: Located<string>,
  path: string,
  before: Before,
  { connections, problems }: References,
): void {
  if (connections?.get(name)?.throwaway === undefined || before.uncertain || before.filled.includes(name)) return;
  const what = `nothing is on the throwaway server ${name} before this step`;
  problems.report('PGR128', origin, path, what, 'restore into it first, or fill it by an sql step');
}

/** Reports a dump set that only a later step makes. */
export function checkFolder(
  { value: folder, origin }: Located<string>,
  path: string,
  before: Before,
  allDumps: readonly string[],
  { problems }: References,
): void {
  if (before.dumps.includes(folder) || !allDumps.includes(folder)) return;
  problems.report('PGR128', origin, path, 'the dump set is made by a later step', 'move the dump step up');
}

/** Reports new names that more than one database would get, and names of databases that are not taken part. */
export function checkRenames(
  renames: Located<ReadonlyMap<string, string>> | undefined,
  databases: readonly string[] | undefined,
  path: string,
  { problems }: References,
): void {
  if (renames === undefined) return;
  const { value, origin } = renames;
  if (new Set(value.values()).size < value.size) {
    problems.report('PGR150', origin, path, 'two databases get the same name', 'give each a name of its own');
  }
  for (const name of value.keys()) {
    if (databases === undefined || databases.includes(name)) continue;
    const what = `${JSON.stringify(name)} is renamed, but it is not among databases`;
    problems.report('PGR128', origin, path, what, 'add it to databases, or remove the new name');
  }
}
