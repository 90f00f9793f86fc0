import type { ToolMessage } from '../postgres/tool-output.ts';

/** One message of a tool, taken apart. What quotes the database (statement, values) stands apart from the words. */
export interface Said {
  readonly text: string;
  /** The message proper, with the name of the tool. */
  readonly words: string;
  /** Of psql's input, from 1. */
  readonly line: number | undefined;
  /** The tool's own words, without its name and `error:`. */
  readonly tool: string;
  /** The server's message, without `ERROR:`; undefined where the server said nothing. */
  readonly server: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly context: string | undefined;
  /** The statement that failed. */
  readonly command: string | undefined;
  /** The table of rows that failed, as the tool writes it; pg_restore leaves out its schema. */
  readonly table: string | undefined;
  /** The entry of the table of contents that pg_restore names before the message, which may be another worker's. */
  readonly dumpId: number | undefined;
}

/** Before a statement: pg_restore; pg_dump from 14 on; pg_dump 13. */
const quoted = /\n(?:Command was|pg_\w+: (?:detail: (?:Query|Command) was|error: (?:query|The command) was)): /;
const sections = /^(DETAIL|HINT|CONTEXT|QUERY|LINE \d+): */m;

/** Takes a message apart. */
export function hear({ text, dumpId }: ToolMessage): Said {
  const at = quoted.exec(text);
  const own = at === null ? text : text.slice(0, at.index);
  const [all = '', ...labelled] = own.split(sections);
  const part = (label: string) => {
    const index = labelled.indexOf(label);
    return index < 0 ? undefined : labelled[index + 1]?.trimEnd();
  };
  const begin = /^(?:pg_dump|pg_dumpall|pg_restore|psql): (?:line (\d+): )?/.exec(all);
  const words = all.slice(begin?.[0].length ?? 0).trimEnd();
  const server = /(?:^|[ :])(?:ERROR|FATAL|PANIC): +/.exec(words);
  const tool = (server === null ? words : words.slice(0, server.index)).replace(/^ ?(?:error|fatal|warning): */, '');
  return {
    text,
    words: all.trimEnd(),
    line: begin?.[1] === undefined ? undefined : Number(begin[1]),
    tool,
    server: server === null ? undefined : words.slice(server.index + server[0].length),
    detail: part('DETAIL'),
    hint: part('HINT'),
    context: part('CONTEXT'),
    command: at === null ? undefined : text.slice(at.index + at[0].length),
    table: /(?:COPY failed for|[Dd]umping the contents of) table "(.+)"(?::?$| failed)/s.exec(tool)?.[1],
    dumpId,
  };
}

/** Lines of a statement that a report shows. */
const mostLines = 8;

const holdsRows = /^\s*(?:INSERT|COPY|UPDATE|SELECT)\b/i;

/**
 * The message as a report shows it: without DETAIL and lines of COPY, and without what statements quote, as values may be
 * personal and passwords secret, and a report is kept.
 */
export function withoutValues({ words, hint, context, command }: Said): string {
  const statement = command === undefined || holdsRows.test(command) ? '' : command.replace(/['$].*$/s, '…').trimEnd();
  const [where = ''] = (context ?? '').split(/\n?^COPY /m);
  const lines = statement === '' ? [] : `Command was: ${statement}`.split('\n');
  return [
    words,
    ...(hint === undefined ? [] : [`HINT:  ${hint}`]),
    ...(where === '' ? [] : [`CONTEXT:  ${where}`]),
    ...lines.slice(0, mostLines),
  ].join('\n');
}

/** Statements whose options may be passwords. */
const holdsPasswords = /^(?:CREATE|ALTER) (?:USER MAPPING|SUBSCRIPTION|SERVER|FOREIGN|ROLE|USER)\b/;

const quotedText = /'(?:[^']|'')*(?:'|$)/g;
/** As psql shows the one line at which it ended. */
const namedPassword = /\b(password|connection)(\s+)'(?:[^']|'')*(?:'|$)/gi;

/** The whole message as a log shows it: without what is quoted by statements that may hold a password. */
export function withoutPasswords({ text, command }: Said): string {
  if (holdsPasswords.test(command ?? '')) return text.replace(quotedText, "'…'");
  return text.replace(namedPassword, "$1$2'…'");
}
