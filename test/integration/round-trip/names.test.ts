import { expect, test } from 'vitest';
import { urlOf } from '../../support/databases.ts';
import { makeWorkspace } from '../../support/round-trip.ts';
import { copyOn, ending, proven, resultsOf } from '../../support/round-trip-results.ts';
import { queryOn, sharedServer, withServer } from '../../support/servers.ts';

/** Names that a URL, a connection string, a path or a command line takes for something else. */
const inUrls = [
  '  blanks at both ends ',
  'host=127.0.0.9 dbname=elsewhere',
  "dbname='elsewhere'",
  'postgresql://127.0.0.9/elsewhere',
  '--help',
  '../up/and\\down',
  '$HOME ${HOME} $(id) `id`',
  '%2e%2e%s%n',
  'Žluťoučký kůň 数据库 🐘',
  `${'ü'.repeat(31)}x`,
] as const;

/** And those that a shell, a pattern, SQL or YAML does. */
const names = [
  ...inUrls,
  `it's`,
  'say "hello"',
  '-dash',
  '..',
  'UPPER lower',
  'a*b?c.d',
  '#comment: [yaml, {}]',
  '::error::not a command',
] as const;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

test('databases of hostile names go round, on two servers under their own names', async () => {
  const target = await sharedServer();
  await withServer(undefined, {}, async source => {
    for (const [index, name] of names.entries()) {
      await queryOn(source, 'postgres', `CREATE DATABASE ${quoted(name)} TEMPLATE template0`);
      await queryOn(
        source,
        name,
        `CREATE TABLE here AS SELECT ${index} AS number; COMMENT ON DATABASE ${quoted(name)} IS 'number ${index}'`,
      );
    }
    await using workspace = await makeWorkspace();
    await using copies = new AsyncDisposableStack();
    for (const name of names) copies.use(copyOn(target, name));
    const { report, exitCode, stderr } = await workspace.run({
      connections: { source: urlOf(source, 'postgres'), target: urlOf(target, 'postgres') },
      steps: [
        { dump: { from: 'source', databases: '*', to: 'dumps/all' } },
        { restore: { into: 'target', databases: names.map(escaped) } },
        { verify: {} },
      ],
    });
    expect({ ...ending(report), exitCode, stderr }).toEqual({ ...proven, verdict: 'unproven', stderr: '' });
    expect(
      resultsOf(report, 'verify')[0]
        ?.databases.map(({ target: copy }) => copy)
        .toSorted(),
    ).toEqual([...names].toSorted());
    for (const [index, name] of names.entries()) {
      expect(
        await queryOn(
          target,
          name,
          "SELECT number, shobj_description((SELECT oid FROM pg_database WHERE datname = current_database()), 'pg_database') AS comment FROM here",
        ),
      ).toEqual([{ number: index, comment: `number ${index}` }]);
    }
  });
});

/** In a declared file `$${` is a literal `${`. */
function escaped(name: string): string {
  return name.replaceAll('${', () => '$${');
}

test.each(inUrls)('a database called %j goes round by its URL, to a copy called likewise', async name => {
  const copyName = name.startsWith('ü') ? name.replace(/x$/, 'y') : `${name}'"2`;
  const server = await sharedServer();
  await using source = copyOn(server, name);
  await using copy = copyOn(server, copyName);
  await queryOn(server, 'postgres', `CREATE DATABASE ${quoted(name)}`);
  await source.query('CREATE TABLE here AS SELECT 1 AS number');
  await using workspace = await makeWorkspace();
  const { report } = await workspace.run({
    connections: { source: urlOf(server, name), target: urlOf(server, 'postgres') },
    steps: [
      { dump: { from: 'source', to: 'dumps/one' } },
      { restore: { into: 'target', as: { [name]: escaped(copyName) } } },
      { verify: {} },
    ],
  });
  expect(ending(report)).toEqual(proven);
  expect(await copy.query('SELECT number FROM here')).toEqual([{ number: 1 }]);
});

test('a name of two lines cannot be written in the file, but found by a pattern', async () => {
  const name = 'two\n::error::lines';
  const target = await sharedServer();
  await withServer(undefined, {}, async source => {
    await queryOn(source, 'postgres', `CREATE DATABASE ${quoted(name)}`);
    await queryOn(source, name, 'CREATE TABLE here AS SELECT 1 AS number');
    await using workspace = await makeWorkspace();
    await using copy = copyOn(target, name);
    const run = (databases: string) =>
      workspace.run({
        connections: { source: urlOf(source, 'postgres'), target: urlOf(target, 'postgres') },
        steps: [
          { dump: { from: 'source', databases, to: 'dumps/one' } },
          { restore: { into: 'target' } },
          { verify: {} },
        ],
      });
    const refused = await run(name);
    expect(refused.exitCode).toBe(2);
    expect(refused.report.steps[0]?.problems[0]?.code).toBe('PGR108');
    const { report } = await run('two*');
    expect(ending(report)).toEqual(proven);
    expect(await copy.query('SELECT number FROM here')).toEqual([{ number: 1 }]);
  });
});
