/**
 * The entries of a file command such as GITHUB_OUTPUT, GITHUB_STATE or GITHUB_ENV, read as the runner reads them:
 * `NAME=value`, or `NAME<<DELIMITER`, the lines of the value, `DELIMITER` (actions/runner, FileCommandManager).
 *
 * @throws where the runner would fail the step
 */
export function readFileCommands(text: string): Readonly<Record<string, string>> {
  const lines = text.replace(/\n$/, '').split('\n');
  const entries = new Map<string, string>();
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const [, name, sign, rest] = /^(.+?)(=|<<)(.*)$/s.exec(line) ?? [];
    if (name === undefined || rest === undefined) throw new Error(`no name in the file command ${line}`);
    if (sign === '=') {
      entries.set(name, rest);
      continue;
    }
    const end = lines.indexOf(rest, index + 1);
    if (rest === '' || end < 0) throw new Error(`the value of ${name} has no end`);
    entries.set(name, lines.slice(index + 1, end).join('\n'));
    index = end;
  }
  return Object.fromEntries(entries);
}
