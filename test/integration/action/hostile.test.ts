import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import type { ActionRun } from '../../support/action-runner.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';
import { readRunnerLog } from '../../support/runner-log.ts';
import { dropDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';
import { expectExit, metadata, openJob } from './job.ts';

const server = await sharedServer();
const copies: string[] = [];
afterAll(async () => {
  for (const name of copies) await dropDatabase(server, name);
});

const name = (text: string) => pg.escapeIdentifier(text);
const literal = (text: string) => pg.escapeLiteral(text);

/** Tables, columns, comments and rows called and filled with what a runner would act on. */
const namesAndRows = hostileTexts
  .map(
    text => `create table ${name(text)} (${name(text)} text);
      comment on table ${name(text)} is ${literal(text)};
      insert into ${name(text)} values (${literal(text)});`,
  )
  .join('\n');

/** Says each text as a notice and as a warning whenever a row is checked: that is during the restore, too. */
const talkative = `
  create function talk(value int) returns boolean language plpgsql immutable as $$
    begin
      ${hostileTexts.map(text => `raise notice '%', ${literal(text)}; raise warning '%', ${literal(`\n${text}`)};`).join('\n')}
      return true;
    end $$;
  create table said (id int check (public.talk(id)));
  insert into said values (1);`;

/** Lets the restore fail with each text in the message. */
const failing = `
  create function refuse(value int) returns boolean language plpgsql immutable as $$
    begin
      if current_setting('application_name') like 'pg-roundtrip%' then
        raise exception '%', ${literal(hostileTexts.join('\n'))}
          using detail = ${literal(hostileTexts.join('\n'))}, hint = ${literal(hostileTexts.join('\n'))};
      end if;
      return true;
    end $$;
  create table refused (id int check (public.refuse(id)));
  insert into refused values (1);`;

/** Nothing but our own groups, masks and annotations took effect, and commands work to the end. */
function expectOwnCommandsOnly(run: ActionRun): void {
  const { commands, stopped } = readRunnerLog(run.log);
  expect(stopped).toBe(false);
  const names = new Set(commands.map(command => command.name));
  expect([...names].filter(name => !['group', 'endgroup', 'add-mask', 'error', 'warning'].includes(name))).toEqual([]);
  const password = server.password.reveal();
  const encoded = [password, Buffer.from(password).toString('base64')];
  expect(run.masks.filter(mask => hostileTexts.some(text => text.includes(mask)))).toEqual([]);
  expect(run.masks).toEqual(expect.arrayContaining(encoded));
  const groups = commands.filter(command => command.name === 'group');
  expect(groups.map(group => group.data).filter(title => !/^(dump|restore|sql|verify)\b/.test(title))).toEqual([]);
  expect(commands.filter(command => command.name === 'endgroup')).toHaveLength(groups.length);
  expect(Object.keys(run.outputs).sort()).toEqual(Object.keys(metadata.outputs).sort());
  expect(Object.keys(run.state)).toEqual(['journal']);
  expect(run.exported).toEqual({});
}

describe('foreign text', () => {
  it('in names, comments and rows that differ can issue no command', async () => {
    await using source = await freshDatabase(server, { sql: namesAndRows });
    await using job = await openJob();
    const copy = `${source.name}_copy`;
    copies.push(copy);
    await job.write('empty.sql', hostileTexts.map(text => `delete from ${name(text)};`).join('\n'));
    const config = `version: 1
connections: { a: { url: "\${URL}" } }
steps:
  - dump: { from: a, to: x }
  - restore: { into: a, as: { ${source.name}: ${copy} } }
  - sql: { on: a, database: ${copy}, file: empty.sql }
  - verify: { level: counts }
`;
    const run = await job.step({ config }, { environment: { URL: source.url } });
    expectExit(run, 3);
    expect(run.annotations.map(({ title }) => title)).toEqual(['PGR300']);
    expectOwnCommandsOnly(run);
    expectShown(run);
    expectNothing(await job.post());
  });

  it.each([
    ['in notices and warnings of the server', talkative, 0, [], 'passed'],
    ['in errors of the server', failing, 1, ['PGR210'], 'failed'],
  ])('%s can issue no command', async (_, sql, exitCode, codes, verdict) => {
    await using source = await freshDatabase(server, { sql });
    await using job = await openJob();
    const copy = `${source.name}_copy`;
    copies.push(copy);
    const run = await job.step({ 'source-url': source.url, 'target-url': source.url, 'target-database': copy });
    expectExit(run, exitCode);
    expect(run.annotations.map(({ title }) => title)).toEqual(codes);
    expect(run.outputs['verdict']).toBe(verdict);
    expectOwnCommandsOnly(run);
    expectShown(run);
    expectNothing(await job.post());
  });
});

/** The texts were there to be acted on. */
function expectShown(run: ActionRun): void {
  const shown = readRunnerLog(run.log).lines.join('\n');
  for (const text of ['::error::x', '::add-mask::after a tab']) expect(shown).toContain(text);
  expect(shown).toMatch(/(#|\\u0023)#\[add-mask\]x/);
}

function expectNothing(run: ActionRun): void {
  expectExit(run, 0);
  expect(run.commands).toEqual([]);
}
