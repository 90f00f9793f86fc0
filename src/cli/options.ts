import { parseArgs } from 'node:util';
import { doorInputs } from '../config/inputs.ts';
import { environmentName, type InputValues, shortInputs } from '../config/short-form.ts';
import { fault } from '../errors.ts';
import { nearest } from '../postgres/connection/nearest.ts';

/** An option of the command line. Those of the short form are the action's inputs, under the same names. */
export interface CommandOption {
  readonly name: string;
  readonly help: string;
  readonly default: string | undefined;
  readonly flag: boolean;
}

/** An option that is no input. */
interface OwnOption extends CommandOption {
  /** The commands that take it; all where undefined. */
  readonly of?: readonly string[];
}

const ownOptions: readonly OwnOption[] = [
  {
    name: 'json',
    help: 'Print the problems, the plan, the findings of `doctor`, the report, or what `ls`, `inspect` and `diff` tell as JSON.',
    default: undefined,
    flag: true,
  },
  {
    name: 'quick',
    help: '`inspect` does not read all files to check their hashes, and says so.',
    default: undefined,
    flag: true,
    of: ['inspect'],
  },
  {
    name: 'all',
    help: '`inspect` and `diff` show every table, sequence and finding, and not the first of them.',
    default: undefined,
    flag: true,
    of: ['inspect', 'diff'],
  },
  {
    name: 'as',
    help: 'OLD=NEW: for `diff`, a database that has another name in the second dump. Can be given again.',
    default: undefined,
    flag: false,
    of: ['diff'],
  },
  {
    name: 'to',
    help: 'Folder in which `fetch` puts the dump set.',
    default: undefined,
    flag: false,
    of: ['fetch'],
  },
  {
    name: 'identity-file',
    help: 'Identity file of age with which `fetch` decrypts.',
    default: undefined,
    flag: false,
    of: ['fetch'],
  },
  {
    name: 'sha256',
    help: 'SHA-256 of what the address leads to that `fetch` is given.',
    default: undefined,
    flag: false,
    of: ['fetch'],
  },
  {
    name: 'verbose',
    help: 'Log all that the Postgres tools say, and not only what may be wrong.',
    default: undefined,
    flag: true,
    of: ['run', 'verify', 'compare'],
  },
  { name: 'help', help: 'Print this help.', default: undefined, flag: true },
  { name: 'version', help: 'Print the version.', default: undefined, flag: true },
];

export const inputOptions: readonly CommandOption[] = [
  ...shortInputs,
  ...doorInputs.filter(({ name }) => name !== 'config'),
].map(({ name, help, default: value }) => ({ name, help, default: value, flag: false }));

export const commandOptions: readonly CommandOption[] = [...inputOptions, ...ownOptions];

const switches = shortInputs.filter(({ default: value }) => value === 'false').map(({ name }) => name);

/** A command line after parsing. */
export interface CommandLine {
  readonly command: string | undefined;
  readonly file: string | undefined;
  /** What follows: only `client` and `diff` take more than one argument. */
  readonly argument: string | undefined;
  /** Every `--as`. */
  readonly as: readonly string[];
  /** Options of one command that have a value, as they were written out. */
  readonly own: Readonly<Record<string, string>>;
  /** Inputs by name: from options, else from PG_ROUNDTRIP_* variables. */
  readonly inputs: InputValues;
  readonly flags: ReadonlySet<string>;
  /** Options that were written out, without flags. */
  readonly given: ReadonlySet<string>;
}

/** Reads the command line. Throws PGR129 for what it does not know, with the option that may be meant. */
export function parseCommandLine(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CommandLine {
  const { values, positionals, tokens } = parseArgs({
    args: withValues(argv.map(inFull)),
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      commandOptions.map(({ name, flag }) => [
        name,
        { type: flag ? 'boolean' : 'string', multiple: name === 'as' } as const,
      ]),
    ),
  });
  for (const token of tokens) if (token.kind === 'option') checkOption(token);
  // It may hold a password, so it is not repeated.
  if (positionals.some(argument => /^postgres(?:ql)?:\/\//i.test(argument)))
    throw fault(
      'PGR129',
      'a connection URL stands where a command or a file is expected',
      'put it into the environment as PG_ROUNDTRIP_SOURCE_URL',
    );
  const [command, file, ...others] = positionals;
  for (const { name, of } of ownOptions) {
    if (values[name] !== undefined && of !== undefined && command !== undefined && !of.includes(command))
      throw fault('PGR129', `${command} does not take --${name}`, `it is an option of ${of.join(' and ')}`);
  }
  const takesMore = command === 'client' || command === 'diff';
  const [argument, surplus] = takesMore ? others : [undefined, others[0]];
  if (surplus !== undefined)
    throw fault('PGR129', `"${surplus}" is one argument too many`, 'give a command and at most one file');
  return {
    command,
    file,
    argument,
    as: listOf(values['as']),
    own: Object.fromEntries(
      ownOptions.flatMap(({ name }) => (typeof values[name] === 'string' ? [[name, values[name]] as const] : [])),
    ),
    inputs: Object.fromEntries(
      inputOptions.map(({ name }) => [name, stringOf(values[name]) ?? environment[environmentName(name)] ?? '']),
    ),
    given: new Set(inputOptions.filter(({ name }) => typeof values[name] === 'string').map(({ name }) => name)),
    flags: new Set(commandOptions.filter(({ name, flag }) => flag && values[name] === true).map(({ name }) => name)),
  };
}

/** Shorter names that people write where there is one source, one target and one database. */
const shorter: Readonly<Record<string, string>> = {
  '--source': '--source-url',
  '--target': '--target-url',
  '--database': '--target-database',
};

function inFull(argument: string): string {
  const [name = '', ...value] = argument.split('=');
  return [shorter[name] ?? name, ...value].join('=');
}

/** Options that are true or false may be written alone, also before a file. */
function withValues(argv: readonly string[]): string[] {
  const ownEnd = argv.indexOf('--');
  return argv.map((argument, index) => {
    const switched = (ownEnd < 0 || index < ownEnd) && switches.some(name => argument === `--${name}`);
    return switched && !/^(?:true|false|only)$/i.test(argv[index + 1] ?? '') ? `${argument}=true` : argument;
  });
}

interface WrittenOption {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  /** True when it was written as `--name=value`. */
  readonly inlineValue: boolean | undefined;
}

function checkOption({ name, rawName: written, value, inlineValue }: WrittenOption): void {
  const option = commandOptions.find(one => one.name === name);
  if (option === undefined) {
    const meant = nearest(
      name,
      commandOptions.map(one => one.name),
    );
    throw fault(
      'PGR129',
      `unknown option ${written}`,
      meant === undefined ? 'see pg-roundtrip --help' : `did you mean --${meant}?`,
    );
  }
  if (option.flag && value !== undefined) throw fault('PGR129', `${written} takes no value`, `write ${written} alone`);
  // The next option is no value: one that begins with a dash is written behind a "=".
  const given = value !== undefined && (inlineValue === true || !value.startsWith('-'));
  if (!option.flag && !given) throw fault('PGR129', `${written} needs a value`, `write ${written}=VALUE`);
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(each => typeof each === 'string') : [];
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
