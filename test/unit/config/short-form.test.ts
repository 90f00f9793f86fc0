import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/inputs.ts';
import { environmentName, expandShortForm, type InputValues, shortInputs } from '../../../src/config/short-form.ts';
import { RoundtripError } from '../../../src/errors.ts';
import { recipientTextOf } from '../storage/age/keys.ts';
import { brief, example, parse, problemsOf, surroundings } from './declarations.ts';

const source = 'postgres://me:correct%20horse@db.example.com/shop';
const target = 'postgres://postgres:battery@localhost/postgres';

const expand = (values: InputValues) => expandShortForm(values, { ...surroundings, environment: {} });

/** The defaults that a runner hands over for what nobody gave. */
const defaults = Object.fromEntries(shortInputs.map(({ name, default: value }) => [name, value ?? '']));

test('a source alone is dumped', () => {
  const config = expand({ ...defaults, 'source-url': source });
  expect(config.connections['source']).toMatchObject({ protected: true });
  expect(config.connections['source']?.url?.reveal()).toBe(source);
  expect(config.steps).toMatchObject([{ kind: 'dump', from: 'source', databases: [], to: 'dumps/pg-roundtrip' }]);
});

test('the short form is the same as the file that it stands for', () => {
  const config = expand({
    ...defaults,
    'source-url': source,
    'target-url': target,
    databases: 'shop',
    'target-database': 'shop_copy',
    globals: 'true',
    format: 'custom',
    jobs: '1',
    'exclude-table-data': 'public.log\n audit.*, ',
    'dump-path': 'out',
    level: 'objects',
    artifact: 'shop-dump',
    'retention-days': '3',
    'allow-public': 'it holds made-up data',
    owners: 'app',
    'client-version': '15',
    temporary: 'true',
  });
  const file = parse(
    `version: 1
connections:
  source: { url: "\${SOURCE}", protected: true }
  target: { url: "\${TARGET}" }
client: { version: 15 }
steps:
  - dump: { from: source, databases: shop, globals: true, format: custom, jobs: 1, exclude: { table-data: [public.log, audit.*] }, to: out }
  - restore: { into: target, as: { shop: shop_copy }, jobs: 1, owners: app, temporary: true }
  - verify: { level: objects }
  - publish: { artifact: shop-dump, retention-days: 3, allow-public: it holds made-up data }
`,
    { SOURCE: source, TARGET: target },
  );
  expect(config).toEqual(file);
  expect(config.connections['target']?.url?.reveal()).toBe(target);
});

test('the artifact is encrypted for the recipients', async () => {
  const recipients = [await recipientTextOf('a'), await recipientTextOf('b')];
  const { steps } = expand({ 'source-url': source, artifact: 'shop-dump', recipients: recipients.join('\n') });
  const to = { kind: 'recipients', recipients: recipients.map(text => ({ kind: 'x25519', text })) };
  expect(steps[1]).toMatchObject({ kind: 'publish', encrypt: { to, checkWith: undefined } });
});

test.each([
  [{}, 'shop'],
  [{ databases: 'other' }, 'other'],
  [{ 'source-url': 'postgres://me@localhost' }, 'me'],
  [{ 'source-url': 'postgres://localhost/?dbname=a%2Fb' }, 'a/b'],
])('the database that target-database renames: %j', (values, old) => {
  const config = expand({ 'source-url': source, 'target-url': target, 'target-database': 'copy', ...values });
  expect(config.steps[1]).toMatchObject({ as: { [old]: 'copy' } });
});

/** Inputs, and their problems. */
const wrong: readonly (readonly [InputValues, readonly string[]])[] = [
  [{ ...defaults }, ['PGR129 input source-url: nothing says what to dump']],
  [
    { 'source-url': source, 'target-database': 'x' },
    ['PGR129 input target-database: it means nothing without input target-url, which is empty'],
  ],
  [
    { 'source-url': source, temporary: 'true' },
    ['PGR129 input temporary: it means nothing without input target-url, which is empty'],
  ],
  [
    { 'source-url': source, level: 'objects' },
    ['PGR129 input level: it means nothing without input target-url, which is empty'],
  ],
  [
    { 'source-url': source, 'retention-days': '3' },
    ['PGR129 input retention-days: it means nothing without input artifact, which is empty'],
  ],
  [
    { 'source-url': source, 'target-url': target, 'target-database': 'x', databases: 'a,b' },
    ['PGR129 input target-database: it needs exactly one database to rename'],
  ],
  [
    { 'source-url': source, 'target-url': target, 'target-database': 'x', databases: 'a*' },
    ['PGR129 input target-database: it needs exactly one database to rename'],
  ],
  [
    { 'source-url': 'postgres://localhost', 'target-url': target, 'target-database': 'x' },
    ['PGR129 input target-database: it needs exactly one database to rename'],
  ],
  [
    { 'source-url': source, recipients: 'age1typo' },
    ['PGR129 input recipients: it means nothing without input artifact, which is empty'],
  ],
  [
    { 'source-url': source, artifact: 'a', recipients: 'age1typo' },
    ['PGR142 input recipients: a character of the recipient is wrong or missing'],
  ],
  [{ 'source-url': source, sorce: 'x' }, ['PGR129 input sorce: there is no such input']],
  [
    { 'source-url': source, jobs: 'many' },
    ['PGR123 input jobs: expected an integer from 1 to 64 or auto, found another text'],
  ],
  [
    { 'source-url': source, format: 'custom', jobs: '2' },
    ['PGR150 input jobs: only the directory format can be dumped by several jobs'],
  ],
  [
    { 'source-url': source, globals: 'yes' },
    ['PGR123 input globals: expected true or false or only, found another text'],
  ],
  [{ 'source-url': source, 'dump-path': '../x' }, ['PGR130 input dump-path: the path leaves the workspace']],
  [
    { 'source-url': source, artifact: 'a/b' },
    ['PGR132 input artifact: expected a name without " < > | * ? : \\ / and control characters, found another text'],
  ],
  [
    { 'source-url': source, 'client-version': '15', 'client-path': '/opt' },
    ['PGR150 input client-path: version and path exclude each other'],
  ],
  [{ 'source-url': 'mysql://localhost/x' }, ['PGR103 input source-url: the connection URL has the scheme "mysql"']],
  [
    { 'source-url': source, 'target-url': 'postgres://me:a@b@localhost' },
    ['PGR101 input target-url: character 16 of the connection URL is an "@" that is not the last one'],
  ],
  [{ 'source-url': `${source}\n` }, ['PGR101 input source-url: the value contains a control character']],
];

test.each(wrong)('%j', (values, expected) => {
  const problems = problemsOf(() => expand(values));
  expect(problems.map(brief)).toEqual(expected);
  expect(JSON.stringify(problems)).not.toMatch(/horse|battery/);
});

test('variables in inputs are left alone', () => {
  const config = expand({ 'source-url': source, 'dump-path': '${HOME}' });
  expect(config.steps[0]).toMatchObject({ to: '${HOME}' });
});

test('messages spell inputs as the front door does', () => {
  const problems = problemsOf(() =>
    expandShortForm(
      { 'source-url': source, level: 'objects' },
      { ...surroundings, environment: {} },
      name => `--${name}`,
    ),
  );
  expect(problems[0]?.message).toBe('--level: it means nothing without --target-url, which is empty');
});

test('the variable of an input', () => {
  expect(environmentName('exclude-table-data')).toBe('PG_ROUNDTRIP_EXCLUDE_TABLE_DATA');
});

async function refusals(values: InputValues): Promise<readonly string[]> {
  const error = await loadConfig(values, { ...surroundings, environment: {} }).catch((thrown: unknown) => thrown);
  return error instanceof RoundtripError ? error.problems.map(brief) : [String(error)];
}

test('a config is taken inline or as a path, but not together with the short form', async () => {
  const inline = await loadConfig(
    { ...defaults, config: example, 'working-directory': 'x' },
    { ...surroundings, environment: { STAGING_DATABASE_URL: source } },
  );
  expect(inline.steps).toHaveLength(4);
  expect(await refusals({ config: 'absent.yml' })).toEqual(['PGR126 the declared file absent.yml does not exist']);
  expect(await refusals({ config: 'version: 1' })).toContain('PGR127 1:1 steps: this key is required and missing');
  expect(await refusals({ ...defaults, config: 'absent.yml', 'source-url': source, jobs: '2' })).toEqual([
    'PGR129 input source-url: it is given together with input config',
    'PGR129 input jobs: it is given together with input config',
  ]);
  expect(await refusals({ config: '' })).toEqual(['PGR129 input source-url: nothing says what to dump']);
});
