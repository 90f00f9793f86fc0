import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { fault } from '../../../src/errors.ts';
import type { Command } from '../../../src/postgres/process.ts';
import { asUser, loggedInAs } from '../../../src/steps/made-role.ts';
import type { OpenSession, Runtime } from '../../../src/steps/runtime.ts';
import { refusalOf } from '../refusal.ts';
import { fakeSession, testRuntime } from './runtimes.ts';

/** A server that says what it was asked, and by whom. */
function server(changes: Partial<Runtime> = {}) {
  const asked: string[] = [];
  const openSession: OpenSession = async (_, { as } = {}) =>
    fakeSession(sql => {
      asked.push(`${as?.user ?? 'me'}: ${sql}`);
      return [];
    });
  const { runtime, printed } = testRuntime(tmpdir(), { openSession, ...changes });
  return { runtime, printed, asked };
}

describe('a role that works for a while', () => {
  test('has a password that no statement holds, and none afterwards', async () => {
    const { runtime, asked } = server();
    let password = '';
    await loggedInAs('it', 'target', runtime, async inside => {
      password = inside.connections['target']?.password?.reveal() ?? '';
      await using session = await inside.openSession('target');
      await session.query('select 1');
    });
    expect(password.length).toBeGreaterThan(20);
    expect(asked).toEqual([
      expect.stringMatching(/^me: alter role "it" with login password 'SCRAM-SHA-256\$4096:/),
      'it: select 1',
      'me: alter role "it" with nologin password null',
    ]);
    expect(asked.join()).not.toContain(password);
  });

  test('cannot log in any more when its work fails', async () => {
    const { runtime, asked } = server();
    const failing = loggedInAs('it', 'target', runtime, () => Promise.reject(fault('PGR205', 'no', 'ask again')));
    expect((await refusalOf(() => failing))?.code).toBe('PGR205');
    expect(asked.at(-1)).toBe('me: alter role "it" with nologin password null');
  });

  test('that the server does not let in is told, with the ways out', async () => {
    const { runtime, asked } = server();
    const openSession: OpenSession = (name, options) =>
      options?.as === undefined ? runtime.openSession(name, options) : Promise.reject(fault('PGR201', 'no entry', 'x'));
    const refused = loggedInAs('it', 'target', { ...runtime, openSession }, () => Promise.resolve());
    expect(await refusalOf(() => refused)).toMatchObject({
      code: 'PGR174',
      message: expect.stringContaining('no entry'),
      remedy: expect.stringContaining('trust: REASON'),
    });
    expect(asked.at(-1)).toBe('me: alter role "it" with nologin password null');
  });
});

test('tools connect as the role, and to nothing else than before', async () => {
  const started: Command[] = [];
  const { runtime } = server({
    runProcess: async command => {
      started.push(command);
      return 0;
    },
  });
  const inside = asUser(`o'it`, 'target', runtime);
  const given = ["--dbname=host='a b' user='me' dbname='user=\\'x\\''", '--role=me', '--', 'user=me'];
  const command: Command = { program: 'pg_restore', path: '/x', arguments: given, environment: {} };
  await inside.runProcess(command, { signal: runtime.signal, onLine: () => {} });
  expect(started[0]?.arguments).toEqual([
    "--dbname=host='a b' user='o\\'it' dbname='user=\\'x\\''",
    '--role=me',
    '--',
    'user=me',
  ]);
});
