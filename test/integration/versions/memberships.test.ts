import { expect, test } from 'vitest';
import { openSession } from '../../../src/postgres/session.ts';
import { createRoleStatements, existingRoles, readRoles } from '../../../src/steps/roles.ts';
import { startThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { compareRoles } from '../../../src/verify/compare-roles.ts';
import { parametersOf, programsOf, queryOn } from '../../support/servers.ts';

/** From 16 on a membership says what it gives: made again with more, a copy would hand out what the source did not. */
test('a membership of 18 comes again with what it gave, and more of it is found', async () => {
  await using server = await startThrowawayServer({ programs: await programsOf(18) });
  await using session = await openSession(parametersOf(server, 'postgres'), { applicationName: 'test' });
  await session.query('CREATE ROLE other');
  await session.query('CREATE ROLE member');
  for (const [group, options] of [
    ['plain', ''],
    ['apart', 'WITH INHERIT FALSE'],
    ['bound', 'WITH SET FALSE, ADMIN TRUE'],
  ]) {
    await session.query(`CREATE ROLE ${group}`);
    await session.query(`GRANT ${group} TO member ${options}`);
  }
  const expected = await readRoles(session);
  expect(expected.find(({ name }) => name === 'member')?.memberships).toEqual([
    { role: 'apart', admin: false, inherit: false, set: true },
    { role: 'bound', admin: true, inherit: true, set: false },
    { role: 'plain', admin: false, inherit: true, set: true },
  ]);
  await queryOn(server, 'postgres', 'DROP ROLE member');
  for (const statement of createRoleStatements(expected, await existingRoles(session), 18))
    await session.query(statement);

  const compare = async () => {
    const known = await existingRoles(session);
    return compareRoles({
      expected,
      actual: { kind: 'read', value: await readRoles(session) },
      known,
      made: undefined,
    });
  };
  expect(await compare()).toMatchObject({
    verdict: 'passed',
    note: 'without ADMIN OPTION on a group, which a restore gives to nobody: member',
  });
  await session.query('GRANT apart TO member WITH INHERIT TRUE');
  await session.query('GRANT bound TO member WITH SET TRUE');
  await session.query('GRANT plain TO member WITH ADMIN TRUE');
  expect((await compare()).findings.map(one => ('property' in one ? one.property : one.kind))).toEqual([
    'inherit option of apart',
    'set option of bound',
    'admin option of plain',
  ]);
});
