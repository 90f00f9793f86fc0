import { expect, test } from 'vitest';
import { queryOn, urlOf } from '../../support/databases.ts';
import { makeWorkspace } from '../../support/round-trip.ts';
import { checksOf, copyOn, drill, ending, proven, resultsOf } from '../../support/round-trip-results.ts';
import { freshDatabase, sharedServer } from '../../support/servers.ts';

const library = `
  CREATE TABLE book (id integer PRIMARY KEY, title text);
  INSERT INTO book VALUES (1, 'one');
  CREATE INDEX book_by_title ON book (title);
  CREATE SCHEMA private; CREATE TABLE private.note (text text); CREATE VIEW private.notes AS SELECT * FROM private.note;
  COMMENT ON TABLE book IS 'All of them'`;

test('what filters leave out is told, and is a failure only where the copy is to be complete', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: library });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const connections = { source: source.url, target: source.url };
  const exclude = { schema: 'private', 'table-data': 'book' };
  const { report, stdout } = await workspace.run({
    connections,
    steps: drill(source.name, copy.name, { dump: { exclude, flags: { 'no-comments': true } } }),
  });
  expect(ending(report)).toEqual(proven);
  const leftOut = [
    'SCHEMA private',
    'TABLE private.note',
    'VIEW private.notes',
    'COMMENT public.TABLE book',
    'TABLE DATA public.book',
    'TABLE DATA private.note',
  ];
  const [notCovered] = resultsOf(report, 'dump').flatMap(({ databases }) => databases.map(one => one.notCovered));
  expect(notCovered?.objects.toSorted()).toEqual(leftOut.toSorted());
  expect(notCovered?.kinds).toEqual({ SCHEMA: 1, TABLE: 1, VIEW: 1, COMMENT: 1, 'TABLE DATA': 2 });
  expect(report.steps[0]?.notes.join('\n')).toContain(`the dump of "${source.name}" leaves out 1 SCHEMA`);
  expect(stdout).toContain('2 TABLE DATA');
  expect((await workspace.manifest('dumps/set')).databases[0]?.notCovered).toEqual({ ...notCovered });

  const complete = await workspace.run({
    connections,
    steps: [{ verify: { from: 'dumps/set', into: 'target', as: { [source.name]: copy.name }, complete: true } }],
  });
  expect(complete.exitCode).toBe(3);
  const failed = checksOf(complete.report).filter(({ verdict }) => verdict !== 'passed');
  expect(failed).toMatchObject([{ name: 'coverage', verdict: 'failed' }]);
  expect(failed[0]?.findings.map(({ kind, object }) => `${kind} ${object}`).toSorted()).toEqual(
    leftOut.map(object => `missing ${object}`).toSorted(),
  );
});

test('a dump of everything is complete, a restore of a part of it is not', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: library });
  await using workspace = await makeWorkspace();
  await using whole = copyOn(source.server, `${source.name}_copy`);
  await using part = copyOn(source.server, `${source.name}_part`);
  const { report } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: [
      ...drill(source.name, whole.name, { verify: { complete: true } }),
      { restore: { into: 'target', as: { [source.name]: part.name }, exclude: { index: 'book_by_title' } } },
      { verify: { complete: true } },
    ],
  });
  const [first, second] = resultsOf(report, 'verify').map(({ databases }) =>
    databases[0]?.checks.find(({ name }) => name === 'coverage'),
  );
  expect(first).toMatchObject({ verdict: 'passed', findings: [] });
  expect(second).toMatchObject({
    verdict: 'failed',
    findings: [{ kind: 'missing', object: 'INDEX public.book_by_title' }],
  });
});

test('a dump whose gaps cannot be listed is a dump, and not known to be complete', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: library });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const role = `${source.name}_reader`;
  const { server } = source;
  const password = `${source.name}_word`;
  await queryOn(
    server,
    source.name,
    `CREATE ROLE ${role} LOGIN PASSWORD '${password}'; GRANT SELECT ON book TO ${role};
     GRANT EXECUTE ON FUNCTION pg_control_system() TO ${role}`,
  );
  try {
    const url = new URL(urlOf(server, source.name));
    url.username = role;
    url.password = password;
    const { report, exitCode } = await workspace.run({
      connections: { source: url.href, target: source.url },
      steps: drill(source.name, copy.name, { dump: { include: { table: 'book' } }, verify: { complete: true } }),
    });
    expect(report.steps[0]?.status).toBe('succeeded');
    expect(report.steps[0]?.notes.join('\n')).toContain('leaves out could not be listed');
    expect(exitCode).toBe(3);
    expect(checksOf(report).filter(({ verdict }) => verdict !== 'passed')).toMatchObject([
      { name: 'coverage', verdict: 'could-not-verify' },
    ]);
  } finally {
    await copy[Symbol.asyncDispose]();
    await queryOn(server, source.name, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
});
