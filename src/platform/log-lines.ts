import { randomUUID } from 'node:crypto';

/**
 * The lines of a text with nothing in them that moves a cursor or starts a line unseen: every kind of line end ends a
 * line, colours stay, and all other control and text-direction characters are shown as `\xNN` or `\uNNNN`.
 */
export function logLines(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/).map(line => line.replace(invisible, shown));
}

const invisible = /(?!\t)\p{Cc}(?:\[[0-9;]*m)?|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

function shown(found: string): string {
  if (found.length > 1 && found.startsWith('\x1b')) return found;
  const code = found.charCodeAt(0).toString(16);
  return `${found < '\u0100' ? `\\x${code.padStart(2, '0')}` : `\\u${code}`}${found.slice(1)}`;
}

/**
 * Whether a CI could act on a line. GitHub's runner reads `::command::` at the start of a line, after white space, and
 * `##[command]` anywhere in it (actions/runner, ActionCommand.cs); Azure Pipelines reads `##vso[`, TeamCity `##teamcity[`.
 * Characters without width count as white space here, as the runner compares text by culture.
 */
export function looksLikeCommand(line: string): boolean {
  return commandAtStart.test(line) || line.search(commandAnywhere) >= 0;
}

const commandAtStart = /^([\s\p{C}\p{M}]*)::/u;
const commandAnywhere = /##(\w*)\[/g;

/** The line with a backslash where it could be read as a command; other lines as they are. For where commands can't be stopped. */
export function defused(line: string): string {
  return line.replace(commandAtStart, '$1\\::').replace(commandAnywhere, '##$1\\[');
}

/**
 * Lines between GitHub's `stop-commands` and its end, as one text for one write. The token is new each time, so that
 * no line can know it.
 */
export function withCommandsStopped(lines: readonly string[], token: string = randomUUID()): string {
  return [`::stop-commands::${token}`, ...lines, `::${token}::`].join('\n');
}
