import { describe, expect, test } from 'vitest';
import type { DumpStep, RestoreStep } from '../../../src/config/config.ts';
import { inOneTransaction } from '../../../src/plan/restore-phases.ts';
import { refusalOf } from '../refusal.ts';
import { commandsOf, dumpStep, lastStep, manifest, planOf, restoreStep, verifyStep, workspace } from './contexts.ts';

const dump = (changes: Partial<DumpStep>, clients = ['19.1']) =>
  lastStep('dump', { steps: [dumpStep(changes)], clients, source: 15 });
const dumpSets = { [`${workspace}/dumps/it`]: manifest(['app']) };

describe('a dump', () => {
  test('gives them to pg_dump, files from the workspace on', () => {
    const { databases, options } = dump({ flags: { filter: 'x/filter.txt', 'no-comments': true } });
    expect(options.flags).toEqual([`--filter=${workspace}/x/filter.txt`, '--no-comments']);
    expect(databases[0]?.command.arguments).toEqual(expect.arrayContaining([...options.flags]));
  });

  test('of foreign rows has one job', () => {
    expect(dump({}).options.jobs).toBe(4);
    expect(dump({ flags: { 'include-foreign-data': ['other'] } }).options.jobs).toBe(1);
  });

  test('gives the globals theirs', () => {
    const { globals } = dump({ globals: true, 'globals-flags': { 'roles-only': true } });
    expect(globals?.command.arguments).toContain('--roles-only');
    expect(globals?.command.arguments).not.toContain('--globals-only');
  });

  test('says what is never compared', () => {
    expect(dump({ flags: { statistics: true } }).notes).toContain("the planner's statistics: never compared");
  });

  test('needs a client that has them', async () => {
    expect(await refusalOf(() => dump({ flags: { statistics: true } }, ['17.2']))).toMatchObject({ code: 'PGR156' });
  });
});

test('a restore cannot be given what psql alone has, as its archives are for pg_restore', async () => {
  const restore = (flags: RestoreStep['flags']) => planOf({ steps: [restoreStep({ flags })], dumpSets });
  expect(await refusalOf(() => restore({ csv: true }))).toMatchObject({ code: 'PGR155' });
  expect(commandsOf(restore({ 'exit-on-error': true }))[0]?.arguments).toContain('--exit-on-error');
});

test('a restore whose transactions have a size is not one transaction', () => {
  const majors = { client: 17, server: 17 };
  expect(inOneTransaction(restoreStep(), 'clean', majors)).toBe(true);
  expect(inOneTransaction(restoreStep({ flags: { 'transaction-size': 9 } }), 'clean', majors)).toBe(false);
});

test('a copy is read as its dump was printed', () => {
  const flags = { 'quote-all-identifiers': true, 'no-comments': true } as const;
  const { databases } = lastStep('verify', { steps: [dumpStep({ flags }), restoreStep(), verifyStep()] });
  for (const command of [databases[0]?.command, databases[0]?.scratch.dump]) {
    expect(command?.arguments).toContain('--quote-all-identifiers');
    expect(command?.arguments).not.toContain('--no-comments');
  }
});

test.each<readonly [string, Partial<DumpStep>, Partial<RestoreStep>, object]>([
  ['an archive', {}, {}, { accessMethods: 'keep', tablespaces: 'keep' }],
  ['a restore', {}, { flags: { 'no-table-access-method': true } }, { accessMethods: 'reset', tablespaces: 'keep' }],
  [
    'a plain dump',
    { flags: { 'no-table-access-method': true, 'no-tablespaces': true } },
    {},
    { accessMethods: 'reset', tablespaces: 'drop' },
  ],
])('what %s leaves out is not expected', (_, dumped, restored, expected) => {
  const { databases } = lastStep('verify', { steps: [dumpStep(dumped), restoreStep(restored), verifyStep()] });
  expect(databases[0]?.restored).toMatchObject(expected);
});
