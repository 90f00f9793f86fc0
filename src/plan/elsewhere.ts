import type { RestoreStep } from '../config/config.ts';
import { fault } from '../errors.ts';

/** Stands for the role that a restore makes for a dump that is not trusted. */
export const madeRole = '<role that is no superuser>';

/**
 * A dump that was not made here, and is not trusted, is all that one role owns: throws PGR174 for whatever would need more.
 * A dump is code: of functions, of views, and, where somebody has written the archive by hand, of any statement at all.
 */
export function refuseUntrusted(step: RestoreStep, from: string): void {
  const asked: readonly (readonly [boolean, string])[] = [
    [step.clean.length > 0, 'clean'],
    [step['into-existing'].length > 0, 'into-existing'],
    [step.rename !== undefined, 'rename'],
    [step.owners !== undefined, 'owners'],
    [step['disable-triggers'], 'disable-triggers'],
  ];
  const keys = asked.flatMap(([applies, key]) => (applies ? [key] : []));
  if (keys.length === 0) return;
  throw fault(
    'PGR174',
    `${from} was not made by this tool, and ${keys.join(', ')} would run its code with the rights of the connection`,
    `remove ${keys.join(', ')}, or, if you know who made it, say why under trust: REASON`,
  );
}

/** What the plan and the report say of a dump from elsewhere. */
export function elsewhereNote(trust: string | undefined): string {
  return trust === undefined
    ? 'a dump from elsewhere: restored as a role that is no superuser, without owners and grants'
    : `a dump from elsewhere, with the rights of the connection: ${trust}`;
}
