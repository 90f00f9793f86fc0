import { resolve } from 'node:path';
import type { DumpStep } from '../config/config.ts';
import type { DumpOptions } from '../postgres/arguments.ts';
import { isHere } from '../postgres/connection/exposure.ts';
import { type Filters, unfiltered } from '../postgres/unfiltered.ts';
import { chooseFormat } from './choices.ts';
import { connectionNamed, type PlanningContext, serverNamed } from './context.ts';

/**
 * The survey knows the sizes of the connection's own database, as a whole. Of a server elsewhere each table costs a way there
 * and back, which several jobs share.
 */
export function chooseFormatOf(
  step: DumpStep,
  names: readonly string[],
  filters: Filters,
  context: PlanningContext,
): ReturnType<typeof chooseFormat> {
  const { database, hosts } = connectionNamed(context, step.from);
  const isOwn = names.length === 1 && names[0] === database;
  const isKnown = isOwn && unfiltered(filters) === undefined && hosts.every(isHere);
  return chooseFormat(step.format, step.jobs, isKnown ? serverNamed(context, step.from).sizes : undefined);
}

/** Where a later step compares the content, hashes spare it most of the work: printing, sending and reading all rows. */
export function chooseHash(
  step: DumpStep,
  options: DumpOptions,
  { config, workspace }: PlanningContext,
): { readonly value: boolean; readonly reason?: string } {
  if (step['content-hash'] !== 'auto') return { value: step['content-hash'] };
  if (!holdsCopies(options)) return { value: true };
  const folder = resolve(workspace, step.to);
  const isCompared = config.steps.some(
    later =>
      later.kind === 'verify' &&
      resolve(workspace, later.from) === folder &&
      later.level === 'content' &&
      later.sample === undefined,
  );
  if (!isCompared) return { value: false };
  return { value: true, reason: 'all rows are hashed in the snapshot, as a later step compares their content' };
}

/** Whether the archive's rows can be compared as they are: a text and INSERT statements can't. */
function holdsCopies({ format, flags }: DumpOptions): boolean {
  return format !== 'plain' && !flags.some(flag => /^--(?:inserts|column-inserts|rows-per-insert)/.test(flag));
}
