import { resolve } from 'node:path';
import type { DumpStep } from '../config/config.ts';
import { type DumpOptions, definitionsArguments } from '../postgres/arguments.ts';
import type { Command } from '../postgres/process.ts';
import { type PlanningContext, serverNamed } from './context.ts';
import type { ForeseenRestore, Foresight } from './plan.ts';
import { privateFile } from './plan-verify.ts';

/** Options with which pg_dump leaves all definitions out, and refuses to be asked for them. */
const withoutDefinitions = ['--data-only', '--no-schema', '--statistics-only'];

/**
 * Looks ahead to the steps that restore this dump on servers of other majors. A restore by a list of entries is left to
 * itself: there is no archive yet whose entries these could be.
 */
export function foresee(
  step: DumpStep,
  names: readonly string[],
  options: DumpOptions,
  command: (parameters: readonly string[]) => Command,
  conninfo: (database: string) => string,
  context: PlanningContext,
): Foresight | undefined {
  const own = serverNamed(context, step.from).version.major;
  const folder = resolve(context.workspace, step.to);
  const restores = context.config.steps.flatMap((later): readonly ForeseenRestore[] => {
    if (later.kind !== 'restore' || resolve(context.workspace, later.from) !== folder) return [];
    if (serverNamed(context, later.into).version.major === own || later['use-list'] !== undefined) return [];
    const { into, owners, privileges, section, selection } = later;
    const taken = {
      owners: owners ?? { kind: 'keep' as const },
      privileges,
      sections: section,
      selection: { ...selection, list: undefined },
    };
    const databases = names.filter(name => later.databases.length === 0 || later.databases.includes(name));
    return [{ connection: into, databases, taken }];
  });
  if (restores.length === 0 || options.flags.some(flag => withoutDefinitions.includes(flag))) return undefined;
  const lockSeconds = context.config.timeouts.lock;
  return {
    restores,
    definitions: names
      .filter(name => restores.some(({ databases }) => databases.includes(name)))
      .map(database => ({
        database,
        command: command(
          definitionsArguments(options, { conninfo: conninfo(database), file: privateFile, lockSeconds }),
        ),
      })),
  };
}
