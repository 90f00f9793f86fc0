import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { describeCommand, describePlan } from '../../../src/plan/describe.ts';
import { commandsOf, dumpStep, planOf, publishStep, restoreStep, secrets, sqlStep, verifyStep } from './contexts.ts';

const steps = [
  dumpStep({ globals: true }),
  restoreStep({ as: { own: 'copy' }, overwrite: ['copy'], analyze: true, temporary: true }),
  verifyStep({ as: { own: 'copy' } }),
  sqlStep({ statements: { kind: 'text', text: 'select 1;\nselect 2' } }),
  sqlStep({ statements: { kind: 'file', path: 'check.sql' } }),
  publishStep(),
];

describe('a plan for people', () => {
  const plan = planOf({ steps, cores: 2, retries: 2 });
  const text = describePlan(plan);
  const commands = commandsOf(plan);

  test('reads as the run goes', () => {
    const short = commands.reduce(
      (shorter, command) => shorter.replaceAll(describeCommand(command), `(${command.program})`),
      text,
    );
    expect(short).toMatchInlineSnapshot(`
      "1. dump own from source
         client 15.18 from /clients/15.18: the server's own major
         jobs 2: one for each core
         compression gzip:1: the fastest good one that client 15 has
         client 15.18 is below 15.19, the first without known security holes (CVE-2026-18408): update it
         into /srv/space/dumps/it (built as /srv/space/dumps/it.partial, renamed when complete)
         (pg_dumpall)
         hold a snapshot of "own"; count the rows of every table in it, beside:
         (pg_dump)
         write manifest.json, then SHA256SUMS
         if the connection is lost, begin anew from scratch, at most 2 times

      2. restore copy into target
         client 15.18 from /clients/15.18: the server's own major
         jobs 2: one for each core
         client 15.18 is below 15.19, the first without known security holes (CVE-2026-18408): update it
         check every hash of /srv/space/dumps/it first
         drop and create "copy" from "own"
         (pg_restore)
         ANALYZE
         drop what this step created at the end of the job
         if the connection is lost, begin anew from scratch, at most 2 times

      3. verify counts in target
         client 15.18 from /clients/15.18: the server's own major
         compare "copy" with the dump of "own", level counts
         (pg_dump)
         only if definitions differ, in a scratch database that is dropped again:
         (pg_restore)
         (pg_dump)
         if the connection is lost, begin anew from scratch, at most 2 times

      4. sql on target
         run "select 1;\\nselect 2"

      5. sql on target
         run /srv/space/check.sql

      6. publish as artifact it
         check every hash of /srv/space/dumps/it first
         pack it, in files of at most 4.0 GB"
    `);
  });

  test('shows every command in full', () => {
    expect(commands.map(command => command.program)).toHaveLength(6);
    for (const command of commands) expect(text.split('\n')).toContain(`   ${describeCommand(command)}`);
  });

  test('holds no secret', () => {
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});

test('a database that is not to be overwritten is refused when it is filled', () => {
  const text = describePlan(planOf({ steps: [dumpStep(), restoreStep()] }));
  expect(text).toContain('create if missing, refuse if not empty: "own" from "own"');
  expect(text).not.toContain('drop');
});

describe('a command', () => {
  const words = [
    '',
    'plain',
    'two words',
    "it's",
    '$(id)',
    '`id`',
    '"',
    '\\',
    'a\nb',
    '*',
    '~',
    '#',
    '!',
    '-x',
    '--a=b c',
    'ä',
  ];

  test.each(words)('%j is one word to a shell', word => {
    const printed = describeCommand({
      program: 'psql',
      path: '/usr/bin/printf',
      arguments: ['%s|%s', word, word],
      environment: { NAME: word },
    });
    expect(execFileSync('/bin/sh', ['-c', printed], { encoding: 'utf8' })).toBe(`${word}|${word}`);
  });

  test('shows what is added to its environment', () => {
    expect(
      describeCommand({
        program: 'psql',
        path: '/a b/psql',
        arguments: ['-X'],
        environment: { PGTZ: 'UTC', A: 'b c' },
      }),
    ).toBe("PGTZ=UTC A='b c' '/a b/psql' -X");
  });
});

test('a plan with throwaway servers begins with them', () => {
  const version = { major: 15, minor: 18, text: '15.18' };
  const servers = [{ connection: 'target', version, place: 'from locked packages', reason: 'the major of source' }];
  expect(describePlan({ ...planOf({ steps: [sqlStep()] }), servers })).toBe(
    `before: start throwaway server 15.18 for target from locked packages: the major of source
   on 127.0.0.1, at a port that is chosen then (shown as 0); stopped and removed with all its data at the end

1. sql on target
   run "select 1"`,
  );
});
