import { type ExitCode, fault } from '../errors.ts';
import { compareDumps } from '../look/compare-dumps.ts';
import type { View } from '../look/lines.ts';
import { type Dump, readDump } from '../look/read-dump.ts';
import { renderDifference } from '../look/render-difference.ts';
import { jsonText } from '../report/json-text.ts';
import { version } from '../version.ts';

export interface DiffCommand extends View {
  readonly before: string;
  readonly after: string;
  /** `OLD=NEW`, each for a database that has another name in the second dump. */
  readonly as: readonly string[];
  readonly json: boolean;
}

/** Tells what differs between two dump sets or archives: ends with 3 where something does, as `compare` does. */
export async function diffCommand(
  command: DiffCommand,
): Promise<{ readonly text: string; readonly exitCode: ExitCode }> {
  const [before, after] = [await readDump(command.before), await readDump(command.after)];
  const difference = compareDumps(before, after, namesIn(command.as, before, after));
  const text = command.json
    ? jsonText({ schema: 1, tool: { name: 'pg-roundtrip', version }, ...difference })
    : renderDifference(difference, command);
  return { text, exitCode: difference.equal ? 0 : 3 };
}

function namesIn(given: readonly string[], before: Dump, after: Dump): ReadonlyMap<string, string> {
  return new Map(
    given.map(text => {
      const at = text.indexOf('=');
      const [old, other] = [text.slice(0, at), text.slice(at + 1)];
      if (at < 1 || other === '')
        throw fault('PGR129', `--as needs two names, and got "${text}"`, 'write --as=OLD=NEW');
      for (const [name, dump] of [
        [old, before],
        [other, after],
      ] as const) {
        if (!dump.databases.some(one => one.name === name))
          throw fault(
            'PGR129',
            `${dump.path} has no database "${name}"`,
            'name databases of the two dumps, as OLD=NEW',
          );
      }
      return [old, other] as const;
    }),
  );
}
