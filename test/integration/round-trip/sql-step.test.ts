import { expect, test } from 'vitest';
import { makeWorkspace } from '../../support/round-trip.ts';
import { ending } from '../../support/round-trip-results.ts';
import { freshDatabase, sharedServer } from '../../support/servers.ts';

test('SQL from the declared file and from a file is run, with what the server said of role and database settings', async () => {
  await using database = await freshDatabase(await sharedServer(), { sql: 'CREATE TABLE log (line text)' });
  await database.query(`ALTER DATABASE ${database.name} SET work_mem = '9MB'`);
  await using workspace = await makeWorkspace();
  await workspace.write(
    'sql/more.sql',
    `
    -- Variables in a file stay text: \${HOME} $1 :name
    INSERT INTO log VALUES ('from a file; \${HOME} \\echo');
    DO $$ BEGIN INSERT INTO public.log VALUES ('in a block'); END $$;
    INSERT INTO log VALUES (current_setting('work_mem'))`,
  );
  const { report, exitCode } = await workspace.run(
    {
      connections: { here: database.url },
      steps: [
        { sql: { on: 'here', run: "INSERT INTO log VALUES ('${WORD}');\nINSERT INTO log VALUES ('second')" } },
        { sql: { on: 'here', database: database.name, file: 'sql/more.sql' } },
      ],
    },
    { WORD: 'a variable' },
  );
  expect({ ...ending(report), exitCode }).toMatchObject({ problems: [], exitCode: 0 });
  expect((await database.query('SELECT line FROM log')).map(row => row['line'])).toEqual([
    'a variable',
    'second',
    'from a file; ${HOME} \\echo',
    'in a block',
    '9MB',
  ]);
});

test('a file of SQL is found from the working directory', async () => {
  await using database = await freshDatabase(await sharedServer());
  await using workspace = await makeWorkspace();
  await workspace.write('inner/make.sql', 'CREATE TABLE made ()');
  await workspace.write(
    'inner/declared.yml',
    JSON.stringify({
      version: 1,
      connections: { here: { url: '${HERE}' } },
      steps: [{ sql: { on: 'here', file: 'make.sql' } }],
    }),
  );
  const result = await workspace.command(['run', 'declared.yml', '--working-directory=inner'], undefined, {
    HERE: database.url,
  });
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await database.query("SELECT to_regclass('made') IS NOT NULL AS made")).toEqual([{ made: true }]);
});

const second = 'INSERT INTO log VALUES (1);\nSELECT ü.nothing\n  FROM log;';

test.each([
  { what: 'text', step: { run: second }, place: 'line 2, column 8' },
  { what: 'a file', step: { file: 'wrong.sql' }, place: 'wrong.sql:2:8' },
])('SQL that fails, as $what: exit 1 with SQLSTATE and place, and nothing of it is kept', async ({ step, place }) => {
  await using database = await freshDatabase(await sharedServer(), { sql: 'CREATE TABLE log (line integer)' });
  await using workspace = await makeWorkspace();
  await workspace.write('wrong.sql', second);
  const { report, exitCode, stdout } = await workspace.run({
    connections: { here: database.url },
    steps: [{ sql: { on: 'here', ...step } }, { sql: { on: 'here', run: 'DROP TABLE log' } }],
  });
  expect(exitCode).toBe(1);
  expect(report.steps.map(({ status }) => status)).toEqual(['failed', 'not run']);
  const [problem] = report.steps[0]?.problems ?? [];
  expect(problem).toMatchObject({ code: 'PGR205', message: expect.stringContaining('SQLSTATE 42P01') });
  expect(problem?.message).toContain(place);
  expect(stdout).toContain('SQLSTATE 42P01');
  expect(await database.query('SELECT count(*)::integer AS lines FROM log')).toEqual([{ lines: 0 }]);
});

test('a missing file of SQL is named', async () => {
  await using database = await freshDatabase(await sharedServer());
  await using workspace = await makeWorkspace();
  const { report, exitCode } = await workspace.run({
    connections: { here: database.url },
    steps: [{ sql: { on: 'here', file: 'missing.sql' } }],
  });
  expect(exitCode).toBe(1);
  expect(report.steps[0]?.problems).toMatchObject([
    { code: 'PGR221', message: expect.stringContaining('missing.sql') },
  ]);
});
