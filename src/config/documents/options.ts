import type { Status, Tool, ToolName, ToolOption } from '../../postgres/options/model.ts';
import { tools } from '../../postgres/options/tools.ts';
import { code, table } from './tables.ts';

/** The text of `docs/options.md`: every option of the four tools, and what reaches it. */
export function renderOptions(): string {
  const sections = Object.values(tools).flatMap(({ name, options }: Tool) => [
    `## ${name}`,
    introductions[name],
    table(
      ['Option', 'Majors', 'What it does', 'How to give it'],
      options.map(option => [spelling(option), majors(option), help(option), reach(option.status, flagsOf[name])]),
    ),
  ]);
  return `${[introduction, ...sections].join('\n\n')}\n`;
}

const flagsOf: Readonly<Record<ToolName, string>> = {
  pg_dump: 'flags',
  pg_dumpall: 'globals-flags',
  pg_restore: 'flags',
  psql: 'flags',
};

const introduction = `<!-- Generated from src/postgres/options by \`npm run generate\`. -->

# Options of the Postgres tools

Every option that pg_dump, pg_dumpall, pg_restore and psql have from 12 to 19, and how a declared file gives it. What has a key of
its own is written as that key, see [reference.md](reference.md). Everything else goes through \`flags\`:

\`\`\`yaml
- dump:
    from: staging
    to: dumps/staging
    flags: { no-security-labels: true, include-foreign-data: [warehouse] }
- restore:
    into: scratch
    flags: { transaction-size: 5000 }
\`\`\`

A switch is \`true\`; an option that may be given several times takes a list; the path of a file starts at the workspace. Names are checked when the
file is read, combinations that the tools refuse or pass over in silence are refused there too, and what the chosen client does not
have yet is refused before any work starts. \`pg-roundtrip plan\` shows the complete commands.`;

const introductions: Readonly<Record<ToolName, string>> = {
  pg_dump:
    'Keys and `flags` of a `dump` step. A comparison reads from the archive itself what was dumped and what was left out.',
  pg_dumpall: 'Makes the globals of a `dump` step with `globals: true`; options for databases are those of pg_dump.',
  pg_restore: 'Keys and `flags` of a `restore` step.',
  psql: 'Restores plain dumps; then the `flags` of a `restore` step are those of psql. An `sql` step runs over a connection of its own and not by psql, so no option of psql means anything there.',
};

function spelling({ name, letter, takes }: ToolOption): string {
  const value = takes === 'nothing' ? '' : takes === 'number' ? '=N' : takes === 'file' ? '=FILE' : '=VALUE';
  return letter === undefined ? code(`--${name}${value}`) : `${code(`-${letter}`)} ${code(`--${name}${value}`)}`;
}

function majors({ since, until }: ToolOption): string {
  if (since !== undefined) return `from ${since}`;
  return until === undefined ? '' : `to ${until}`;
}

function help({ help: text, effect }: ToolOption): string {
  return effect?.kind === 'not-compared' ? `${text} A comparison does not look at ${effect.what}.` : text;
}

function reach(status: Status, flags: string): string {
  switch (status.kind) {
    case 'free':
      return code(flags);
    case 'owned':
    case 'elsewhere':
      return `key ${code(status.key)}`;
    case 'refused':
      return `not at all: ${status.reason}`;
  }
}
