import type { TocEntry } from '../postgres/archive/model.ts';
import { useListArgument } from '../postgres/arguments.ts';
import type { Command } from '../postgres/process.ts';

/** A run of pg_restore, and the entries that it takes. */
export interface RestoreRun {
  readonly command: Command;
  readonly entries: readonly TocEntry[];
}

/**
 * The runs that a planned one is made of. Workers of a parallel pg_restore take grants in any order, and a grant that a
 * role passes on needs that role's own rights first, such as on the schema: these grants are restored afterwards, one by one.
 */
export function passedOnLast({ command, entries }: RestoreRun): readonly RestoreRun[] {
  const last = isParallel(command) ? entries.filter(isPassedOn) : [];
  if (last.length === 0) return [{ command, entries }];
  const listed = command.arguments.includes(useListArgument) ? command : withUseList(command);
  const alone = listed.arguments.filter(argument => !/^--(?:jobs|section)=/.test(argument));
  return [
    { command: listed, entries: entries.filter(entry => !last.includes(entry)) },
    { command: { ...listed, arguments: alone }, entries: last },
  ];
}

/** Beside the jobs: what comes first may be for a loader, what comes last is the archive. */
function withUseList(command: Command): Command {
  const given = command.arguments.flatMap(argument =>
    argument.startsWith('--jobs=') ? [argument, useListArgument] : [argument],
  );
  return { ...command, arguments: given };
}

function isParallel({ program, arguments: given }: Command): boolean {
  const jobs = given.findLast(argument => argument.startsWith('--jobs='))?.slice('--jobs='.length);
  return program === 'pg_restore' && Number(jobs ?? '1') > 1;
}

/** pg_dump writes such a grant in the name of the role that gave it (dumputils.c, buildACLCommands). */
function isPassedOn({ description, definition }: TocEntry): boolean {
  return description === 'ACL' && /^SET SESSION AUTHORIZATION /m.test(definition ?? '');
}
