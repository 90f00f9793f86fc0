import { exitCodeMeanings } from '../errors/entry.ts';
import { commandOptions, inputOptions } from './options.ts';

/** The commands, in the order in which a newcomer meets them. */
export const commands = [
  { name: 'demo', arguments: '', help: 'Run a round trip between two throwaway servers and print the proof.' },
  { name: 'check', arguments: '[FILE]', help: 'Read the declared file and print every problem in it.' },
  { name: 'plan', arguments: '[FILE]', help: 'Print exactly what `run` would do, and do nothing.' },
  {
    name: 'doctor',
    arguments: '[FILE]',
    help: 'Look at servers and this machine for what would end `run` before its work is done, and change nothing.',
  },
  { name: 'run', arguments: '[FILE]', help: 'Carry out the declared file.' },
  { name: 'verify', arguments: 'DUMP_SET', help: 'Compare a copy, on --target-url, with a dump set.' },
  { name: 'compare', arguments: '', help: 'Compare two databases: --source-url and --target-url.' },
  {
    name: 'fetch',
    arguments: 'PLACE',
    help: 'Bring a dump set to the folder --to: from a folder, `s3://BUCKET/PREFIX/NAME`, `artifact:NAME@BRANCH` or an address.',
  },
  {
    name: 'ls',
    arguments: 'PLACE',
    help: 'List the dump sets in a folder or in `s3://BUCKET/PREFIX`, newest first, and what is no sound one.',
  },
  {
    name: 'inspect',
    arguments: 'DUMP_SET',
    help: 'Check every hash of a dump set and tell what is in it; also of an archive that pg_dump wrote.',
  },
  {
    name: 'diff',
    arguments: 'A B',
    help: 'Tell what changed between two dump sets or archives. Ends with 3 where anything did, like `compare`.',
  },
  {
    name: 'client',
    arguments: 'ACTION',
    help: '`list` what can be used; `install MAJOR` fetches it, without root; `which MAJOR` says where.',
  },
  { name: 'schema', arguments: '', help: 'Print the JSON Schema of the declared file.' },
] as const;

export const defaultFile = 'pg-roundtrip.yml';

/** The text of --help. */
export function helpText(): string {
  const own = commandOptions.filter(option => !inputOptions.includes(option));
  return [
    'pg-roundtrip: dumps, restores and proves Postgres databases. Green means proven.',
    '',
    'Usage: pg-roundtrip COMMAND [FILE] [OPTION …]',
    '',
    'Commands',
    ...aligned(commands.map(({ name, arguments: args, help }) => [`${name} ${args}`.trim(), help])),
    '',
    `FILE is the declared file, ${defaultFile} unless given. Instead of a file, these options say the common round trip;`,
    'each can also be given as PG_ROUNDTRIP_NAME in the environment, which is the right way for a URL with a password.',
    '',
    'Options',
    ...aligned(
      inputOptions.map(({ name, help, default: value }) => [
        `--${name}`,
        value === undefined ? help : `${help} [${value}]`,
      ]),
    ),
    ...aligned(own.map(({ name, help }) => [`--${name}`, help])),
    '',
    'Exit codes; docs/errors.md has every error, what is behind it and what to do',
    ...aligned(Object.entries(exitCodeMeanings)),
  ].join('\n');
}

function aligned(rows: readonly (readonly [string, string])[]): readonly string[] {
  return rows.map(([left, right]) => `  ${left.padEnd(22)} ${right}`);
}
