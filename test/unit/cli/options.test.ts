import { describe, expect, test } from 'vitest';
import { commands, helpText } from '../../../src/cli/help.ts';
import { commandOptions, inputOptions, parseCommandLine } from '../../../src/cli/options.ts';
import { actionInputs } from '../../../src/config/inputs.ts';
import { refusalOf } from '../refusal.ts';

type Environment = Readonly<Record<string, string>>;

/** A command line without the inputs that are empty. */
function parse(line: string, environment: Environment = {}) {
  const { command, file, inputs, flags } = parseCommandLine(line === '' ? [] : line.split(' '), environment);
  const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== ''));
  return { command, file, inputs: given, flags: [...flags] };
}

const nothing = { command: undefined, file: undefined, inputs: {}, flags: [] };

describe('a command line', () => {
  test.each<readonly [string, object]>([
    ['', {}],
    ['demo', { command: 'demo' }],
    ['run mine.yml', { command: 'run', file: 'mine.yml' }],
    ['run --json mine.yml', { command: 'run', file: 'mine.yml', flags: ['json'] }],
    ['--help', { flags: ['help'] }],
    ['run --help --version', { command: 'run', flags: ['help', 'version'] }],
    ['run --jobs 4', { command: 'run', inputs: { jobs: '4' } }],
    ['run --jobs=4', { command: 'run', inputs: { jobs: '4' } }],
    ['run --jobs=4 --jobs 8', { command: 'run', inputs: { jobs: '8' } }],
    ['run --jobs=', { command: 'run' }],
    ['run --dump-path=-x', { command: 'run', inputs: { 'dump-path': '-x' } }],
    ['run --source-url postgres://u:p=q@h/d', { command: 'run', inputs: { 'source-url': 'postgres://u:p=q@h/d' } }],
    ['run --globals', { command: 'run', inputs: { globals: 'true' } }],
    ['run --globals mine.yml', { command: 'run', file: 'mine.yml', inputs: { globals: 'true' } }],
    ['run --globals --temporary', { command: 'run', inputs: { globals: 'true', temporary: 'true' } }],
    ['run --temporary false', { command: 'run', inputs: { temporary: 'false' } }],
    ['run --globals only', { command: 'run', inputs: { globals: 'only' } }],
    ['run --globals=', { command: 'run' }],
    ['run -- --globals', { command: 'run', file: '--globals' }],
    ['run -- --json', { command: 'run', file: '--json' }],
    ['what ever', { command: 'what', file: 'ever' }],
  ])('%j', (line, expected) => {
    expect(parse(line)).toEqual({ ...nothing, ...expected });
  });

  test('diff takes two dumps, and names of databases', () => {
    const line = 'diff a b --as old=new --all --as=x=y=z'.split(' ');
    expect(parseCommandLine(line, {})).toMatchObject({ file: 'a', argument: 'b', as: ['old=new', 'x=y=z'] });
  });

  test('knows every input, given or not', () => {
    expect(Object.keys(parseCommandLine([], {}).inputs)).toEqual(inputOptions.map(option => option.name));
  });
});

describe('what it does not know is refused', () => {
  test.each([
    ['run --job 4', /unknown option --job$/, /did you mean --jobs\?/],
    ['run --source-ulr x', /unknown option --source-ulr$/, /did you mean --source-url\?/],
    ['run --Jobs=4', /unknown option --Jobs$/, /did you mean --jobs\?/],
    ['run --no-json', /unknown option --no-json$/, /--help/],
    ['run --config x', /unknown option --config$/, /--help/],
    ['-h', /unknown option -h$/, /--help/],
    ['-jx', /unknown option -j$/, /--help/],
    ['run --json=yes', /--json takes no value/, /write --json alone/],
    ['run --jobs', /--jobs needs a value/, /write --jobs=VALUE/],
    ['run --dump-path --json', /--dump-path needs a value/, /write --dump-path=VALUE/],
    ['run --jobs -4', /--jobs needs a value/, /write --jobs=VALUE/],
    ['inspect a b', /"b" is one argument too many/, /at most one file/],
    ['diff a b c', /"c" is one argument too many/, /at most one file/],
    ['run --quick', /run does not take --quick/, /an option of inspect$/],
    ['ls --all x', /ls does not take --all/, /an option of inspect and diff$/],
    ['inspect --as=a=b x', /inspect does not take --as/, /an option of diff$/],
    ['diff --as', /--as needs a value/, /write --as=VALUE/],
    ['run a b', /"b" is one argument too many/, /at most one file/],
  ])('%s', async (line, message, remedy) => {
    const refusal = await refusalOf(() => parse(line));
    expect(refusal?.code).toBe('PGR129');
    expect(refusal?.message).toMatch(message);
    expect(refusal?.remedy).toMatch(remedy);
  });

  test.each([
    'postgres://u:correct-horse@h/d',
    'run POSTGRESQL://u:correct-horse@h/d',
    'run a.yml postgres://u:correct-horse@h/d',
    'run --source-ulr=postgres://u:correct-horse@h/d',
    'run --json=postgres://u:correct-horse@h/d',
  ])('without repeating a password: %s', async line => {
    const refusal = await refusalOf(() => parse(line));
    expect(refusal?.code).toBe('PGR129');
    expect(JSON.stringify(refusal)).not.toContain('correct-horse');
  });
});

describe('variables of the environment', () => {
  test.each<readonly [string, string, Environment, Environment]>([
    ['stand for options', 'run', { PG_ROUNDTRIP_JOBS: '2' }, { jobs: '2' }],
    ['have underscores', 'run', { PG_ROUNDTRIP_EXCLUDE_TABLE_DATA: 'a.b' }, { 'exclude-table-data': 'a.b' }],
    ['yield to options', 'run --jobs=4', { PG_ROUNDTRIP_JOBS: '2' }, { jobs: '4' }],
    ['yield to empty options', 'run --jobs=', { PG_ROUNDTRIP_JOBS: '2' }, {}],
    ['are no flags', 'run', { PG_ROUNDTRIP_JSON: 'true' }, {}],
    ['are written in capitals', 'run', { pg_roundtrip_jobs: '2', INPUT_JOBS: '3', JOBS: '4' }, {}],
  ])('%s', (_, line, environment, inputs) => {
    expect(parse(line, environment).inputs).toEqual(inputs);
  });
});

describe('the help', () => {
  const help = helpText();

  test('shows every option with its words', () => {
    for (const { name, help: words } of commandOptions) {
      expect(help.split('\n').filter(line => line.startsWith(`  --${name} `) && line.includes(words))).toHaveLength(1);
    }
  });

  test('shows every command', () => {
    expect(commands.map(({ name }) => name)).toEqual([
      'demo',
      'check',
      'plan',
      'doctor',
      'run',
      'verify',
      'compare',
      'fetch',
      'ls',
      'inspect',
      'diff',
      'client',
      'schema',
    ]);
    for (const { name, help: words } of commands) {
      expect(help.split('\n').filter(line => line.startsWith(`  ${name} `) && line.includes(words))).toHaveLength(1);
    }
  });

  test('shows defaults', () => {
    expect(help).toMatch(/^ {2}--jobs .*\[auto\]$/m);
  });
});

test('every input of the action but the file and the token is an option, under the same name', () => {
  expect(inputOptions.map(({ name }) => name).sort(byName)).toEqual(
    actionInputs.flatMap(({ name }) => (name === 'config' || name === 'github-token' ? [] : [name])).sort(byName),
  );
});

function byName(left: string, right: string): number {
  return left < right ? -1 : 1;
}
