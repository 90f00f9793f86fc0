import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { connectionsOf } from '../config/used-connections.ts';

/** What decides the major of a throwaway server. */
export type WantedMajor =
  | { readonly kind: 'major'; readonly major: number }
  /** As the server behind another connection, which is there already. */
  | { readonly kind: 'connection'; readonly connection: string }
  /** As the server that a dump set, which exists before the run, was dumped from. */
  | { readonly kind: 'dump set'; readonly folder: string }
  | { readonly kind: 'any' };

/**
 * The throwaway servers that the steps use, in the order in which they are needed first, and what decides their majors:
 * a restored copy is best proven on the major that it was dumped from.
 */
export function wantedMajors(config: Config, workspace: string): ReadonlyMap<string, WantedMajor> {
  const used = config.steps.flatMap(connectionsOf);
  const throwaway = used.filter(name => config.connections[name]?.throwaway !== undefined);
  return new Map(throwaway.map(name => [name, wantedMajor(config, name, workspace, [])]));
}

/** `followed` are the throwaway connections whose majors depend on this one's. */
function wantedMajor(config: Config, name: string, workspace: string, followed: readonly string[]): WantedMajor {
  const { throwaway } = config.connections[name] ?? {};
  if (throwaway === undefined) return { kind: 'connection', connection: name };
  if (throwaway.major !== 'auto') return { kind: 'major', major: throwaway.major };
  const source = sourceOf(config, name, workspace);
  if (source?.kind !== 'connection') return source ?? { kind: 'any' };
  if ([...followed, name].includes(source.connection)) return { kind: 'any' };
  return wantedMajor(config, source.connection, workspace, [...followed, name]);
}

/** Where the first restore into a connection has its dump from; without one, where the first dump comes from. */
function sourceOf({ steps }: Config, name: string, workspace: string): WantedMajor | undefined {
  const dumps = steps.filter(step => step.kind === 'dump');
  const restore = steps.filter(step => step.kind === 'restore').find(step => step.into === name);
  const folder = restore && resolve(workspace, restore.from);
  const made = dumps.find(dump => resolve(workspace, dump.to) === folder);
  if (folder !== undefined && made === undefined) return { kind: 'dump set', folder };
  const other = made?.from === name ? undefined : made;
  const dump = other ?? dumps.find(({ from }) => from !== name);
  return dump && { kind: 'connection', connection: dump.from };
}
