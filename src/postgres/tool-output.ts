import type { Program } from './process.ts';

/** One message of a client tool: its first line and the lines that continue it. */
export interface ToolMessage {
  readonly level: 'error' | 'warning' | 'progress';
  readonly text: string;
  /** Of an error of pg_restore: the entry that it names before it. Among parallel jobs that may be another worker's. */
  readonly dumpId?: number | undefined;
}

/** Characters of a message that are kept. Only the statement that it quotes is ever longer, and that is the archive's. */
const longestMessage = 1 << 20;

/** What psql says of a line of its input. The server's own words follow in capitals. */
const psqlMessage = /^psql:<stdin>:(\d+): (\w+): +(.*)$/;

/** What belongs to the error before, although it begins as a message: until 13, as an error of its own. */
const continues = /^(?:detail|hint|error: (?:query was|Error message from server|The command was)): /;

/**
 * Joins a tool's lines into messages. A line that does not begin with the tool's name continues the message before
 * (DETAIL, CONTEXT, `Command was:`). Lines of `--verbose` are progress; `detail` and `hint` belong to their error.
 *
 * The workers of parallel jobs share standard error and write a line in several pieces, which can get mixed up: a name
 * that is there twice, or that stands in or at the end of another worker's line (measured with 15.18 and 17).
 */
export function createMessageReader(program: Program, onMessage: (message: ToolMessage) => void) {
  const start = `${program}: `;
  const repeated = new RegExp(`^(?:${program}: ?)+(?=${start})`);
  const afterLevel = new RegExp(`^(${program}: (?:error|fatal|warning): )(?:${program}: ?)+`);
  // What comes before any message of the tool is not its own: the loader's or the kernel's complaint.
  let level: ToolMessage['level'] = 'error';
  let lines: string[] = [];
  let length = 0;
  let dumpId: number | undefined;
  const flush = (): void => {
    const text = lines.join('\n');
    if (lines.length > 0)
      onMessage(level === 'error' && dumpId !== undefined ? { level, text, dumpId } : { level, text });
    lines = [];
  };
  return {
    line(written: string): void {
      const scripted = program === 'psql' ? psqlMessage.exec(written) : null;
      if (scripted !== null) {
        flush();
        const [, number, word = '', rest = ''] = scripted;
        level = /^(?:ERROR|FATAL|PANIC|error|fatal)$/.test(word)
          ? 'error'
          : /^warning$/i.test(word)
            ? 'warning'
            : 'progress';
        lines = [`psql: line ${number}: ${word}: ${rest}`];
        length = rest.length;
        return;
      }
      const unmixed = written.replace(repeated, '').replace(afterLevel, '$1');
      const line = /^ (?:error|fatal|warning): /.test(unmixed) ? `${program}:${unmixed}` : unmixed;
      if (!line.startsWith(start) || continues.test(line.slice(start.length))) {
        length += line.length + 1;
        if (length <= longestMessage) lines.push(line);
        return;
      }
      flush();
      // In capitals it is the server's own word, which the tools print at the level of their progress (pg_backup_db.c).
      const kind = /^(error|fatal|warning|WARNING): /.exec(line.slice(start.length))?.[1]?.toLowerCase();
      level = kind === undefined ? 'progress' : kind === 'warning' ? 'warning' : 'error';
      // Said once for several errors of an entry; any other line begins something else (pg_backup_archiver.c).
      if (level === 'progress')
        dumpId = Number(/^from TOC entry (\d+); /.exec(line.slice(start.length))?.[1]) || undefined;
      lines = [line];
      length = line.length;
    },
    end: flush,
  };
}

/**
 * Errors that stand in the middle of lines, where workers have written at once. Only for a tool that has failed and whose
 * messages say nothing of it: the name of an object may look like an error.
 */
export function errorsWithin(program: Program, lines: readonly string[]): readonly ToolMessage[] {
  const error = new RegExp(`(?:${program}:)? *(?:error|fatal|ERROR|FATAL): .+`);
  return lines
    .flatMap(line => error.exec(line)?.slice(0, 1) ?? [])
    .map(text => ({ level: 'error', text: text.trim() }));
}

/**
 * An error that does not touch the copy: a setting of a newer client that an older server does not know. The whole
 * message has to be that, as a function that sets it fails with the same words and is then missing.
 */
export function isBenign(message: ToolMessage): boolean {
  return /^pg_restore: error: could not execute query: ERROR: +unrecognized configuration parameter "(transaction_timeout|idle_in_transaction_session_timeout)"\nCommand was: SET \1 = /.test(
    message.text,
  );
}

/** Whether a line is of such an error, or of one that only looks like it. */
export function namesUnknownSetting(line: string): boolean {
  return /ERROR: +unrecognized configuration parameter "(?:transaction_timeout|idle_in_transaction_session_timeout)"/.test(
    line,
  );
}

/** The table that a line of `--verbose` begins to dump or load, as the tool writes it: `schema.table`, quoted where needed. */
export function startedTable(message: ToolMessage): string | undefined {
  return /(?:dumping contents of table|processing data for table) "(.+)"$/s.exec(message.text)?.[1];
}
