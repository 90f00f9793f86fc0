import { resolve } from 'node:path';
import type { DumpStep } from '../config/config.ts';
import { type DumpOptions, definitionsArguments } from '../postgres/arguments.ts';
import type { Command } from '../postgres/process.ts';
import { type PlanningContext, serverNamed } from './context.ts';
import { privateFile } from './plan-verify.ts';
import type { ForeseenRestore, Foresight } from './planned-dump.ts';

/** Options with which pg_dump leaves all definitions out, and refuses to be asked for them. */
const withoutDefinitions = ['--data-only', '--no-schema', '--statistics-only'];

/**
 * Looks ahead to the steps that restore this dump. What a restore by a list of entries takes is not known: there is no
 * archive yet whose entries these could be.
 */
export function foresee(
  step: DumpStep,
  names: readonly string[],
  options: DumpOptions,
  command: (parameters: readonly string[]) => Command,
  conninfo: (database: string) => string,
  context: PlanningContext,
): Foresight | undefined {
  const major = (connection: string) => serverNamed(context, connection).version.major;
  const own = major(step.from);
  const definitionsAreDumped = !options.flags.some(flag => withoutDefinitions.includes(flag));
  const folder = resolve(context.workspace, step.to);
  const restores = context.config.steps.flatMap((later): readonly ForeseenRestore[] => {
    if (later.kind !== 'restore' || resolve(context.workspace, later.from) !== folder) return [];
    const { into, owners, privileges, section, selection, locale, as, overwrite } = later;
    const isRead = major(into) !== own && later['use-list'] === undefined && definitionsAreDumped;
    const taken = {
      owners: owners ?? { kind: 'keep' as const },
      privileges,
      sections: section,
      selection: { ...selection, list: undefined },
      settings: later.settings,
    };
    const chosen = names.filter(name => later.databases.length === 0 || later.databases.includes(name));
    const databases = chosen.map(source => {
      const target = as[source] ?? source;
      return { source, target, overwrite: overwrite.includes(target) };
    });
    return [{ connection: into, databases, locale, taken: isRead ? taken : undefined }];
  });
  if (restores.length === 0) return undefined;
  const lockSeconds = context.config.timeouts.lock;
  return {
    restores,
    definitions: names
      .filter(name =>
        restores.some(({ taken, databases }) => taken !== undefined && databases.some(one => one.source === name)),
      )
      .map(database => ({
        database,
        command: command(
          definitionsArguments(options, { conninfo: conninfo(database), file: privateFile, lockSeconds }),
        ),
      })),
  };
}
