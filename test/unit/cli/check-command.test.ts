import { expect, test } from 'vitest';
import { checkCommand } from '../../../src/cli/check-command.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { version } from '../../../src/version.ts';

function check(text: string, json: boolean) {
  const readConfig = async () =>
    parseConfig(text, { file: 'mine.yml', environment: {}, workspace: '/srv/space', temporary: '/tmp' });
  return checkCommand({ readConfig, workspace: '/srv/space', environment: {}, json });
}

const sound = 'version: 1\nconnections: { a: { host: localhost, user: me } }\nsteps: [{ dump: { to: dumps/a } }]\n';
const broken = sound.replace('dump:', 'dumb:');
const open = sound.replace('localhost', 'db.example.com, sslmode: disable');
const tool = { name: 'pg-roundtrip', version };

test('a sound file', async () => {
  expect(await check(sound, false)).toEqual({ text: 'no problems found', exitCode: 0 });
  const { text, exitCode } = await check(sound, true);
  expect({ exitCode, ...JSON.parse(text) }).toEqual({ schema: 1, tool, exitCode: 0, problems: [] });
});

test.each([
  ['an unknown key', broken, 2, { code: 'PGR122', at: { file: 'mine.yml', line: 3, column: 11 } }],
  ['a connection that cannot be used', open, 4, { code: 'PGR113' }],
])('%s, for programs', async (_, file, exitCode, problem) => {
  const checked = await check(file, true);
  expect(checked.exitCode).toBe(exitCode);
  const { problems, ...rest } = JSON.parse(checked.text);
  expect(rest).toEqual({ schema: 1, tool, exitCode });
  expect(problems).toMatchObject([problem]);
});

test('for people it is thrown, to be annotated where it stands', async () => {
  await expect(check(broken, false)).rejects.toMatchObject({ code: 'PGR122' });
});
