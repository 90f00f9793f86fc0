import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkspace, type Workspace } from '../support/round-trip.ts';
import { type FreshDatabase, freshDatabase, queryOn, sharedServer, type TestServer } from '../support/servers.ts';

/** Every sign that means something in a URL, a conninfo, a password file, YAML or a shell. */
const password = `p:a\\s@s/w?o#r%d&= '"$(x)\`{}[];,!*ü€`;
const user = `me:@/?#%&=\\ '"$ü_${randomBytes(3).toString('hex')}`;
const quoted = `"${user.replaceAll('"', '""')}"`;

let server: TestServer;
let database: FreshDatabase;
let workspace: Workspace;
let home = '';

beforeAll(async () => {
  server = await sharedServer();
  database = await freshDatabase(server, { sql: 'CREATE TABLE t AS SELECT 1 AS id' });
  await queryOn(
    server,
    'postgres',
    `CREATE ROLE ${quoted} SUPERUSER LOGIN PASSWORD '${password.replaceAll("'", "''")}'`,
  );
  workspace = await makeWorkspace();
  home = join(workspace.folder, '../home');
});

afterAll(async () => {
  await queryOn(server, 'postgres', `DROP ROLE IF EXISTS ${quoted}`);
  await database[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
});

type Keys = Readonly<Record<string, unknown>>;

async function run(
  connection: Keys,
  environment: Readonly<Record<string, string>> = {},
  command = 'run',
  more: Keys = {},
) {
  const to = `dumps/${randomBytes(4).toString('hex')}`;
  const steps = [{ sql: { on: 'it', run: 'SELECT 1' } }, { dump: { from: 'it', to } }];
  const declared = { version: 1, connections: { it: connection }, steps, ...more };
  await workspace.write('pg-roundtrip.yml', JSON.stringify(declared));
  const result = await workspace.command([command], undefined, { ...environment });
  const tables = existsSync(join(workspace.folder, to))
    ? (await workspace.manifest(to)).databases[0]?.tables
    : undefined;
  return { ...result, tables, output: result.stdout + result.stderr };
}

async function writePrivate(path: string, text: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text, { mode: 0o600 });
  await chmod(path, 0o600);
  return path;
}

const where = () => ({ host: server.host, port: server.port, database: database.name });
const escaped = (text: string) => text.replace(/[\\:]/g, '\\$&');
const passLine = () => `${server.host}:${server.port}:*:${escaped(user)}:${escaped(password)}\n`;
const url = (secret: string) =>
  `postgresql://${encodeURIComponent(user)}${secret}@${server.host}:${server.port}/${database.name}`;
const inConninfo = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;

interface Way {
  readonly name: string;
  readonly give: () => Promise<readonly [Keys, Readonly<Record<string, string>>]>;
}

const ways: readonly Way[] = [
  { name: 'parts', give: async () => [{ ...where(), user, password: '${WORD}' }, { WORD: password }] },
  { name: 'a URL', give: async () => [{ url: '${URL}' }, { URL: url(`:${encodeURIComponent(password)}`) }] },
  {
    name: 'a URL beside the password',
    give: async () => [
      { url: '${URL}', password: '${WORD}' },
      { URL: url(''), WORD: password },
    ],
  },
  {
    name: 'a conninfo',
    give: async () => [
      { conninfo: '${TEXT}' },
      {
        TEXT: `host=${server.host} port=${server.port} dbname=${database.name} user=${inConninfo(user)} password=${inConninfo(password)}`,
      },
    ],
  },
  {
    name: '~/.pgpass',
    give: async () => {
      await writePrivate(join(home, '.pgpass'), `other:*:*:*:wrong\n${passLine()}`);
      return [{ ...where(), user }, {}];
    },
  },
  {
    name: 'PGPASSFILE',
    give: async () => {
      const file = await writePrivate(join(home, 'elsewhere'), passLine());
      return [{ ...where(), user }, { PGPASSFILE: file }];
    },
  },
  {
    name: 'passfile',
    give: async () => {
      await writePrivate(join(workspace.folder, 'own.pass'), passLine());
      return [{ ...where(), user, passfile: 'own.pass' }, { PGPASSFILE: '/dev/null' }];
    },
  },
  {
    name: 'a service',
    give: async () => {
      const lines = ['[it]', `host=${server.host}`, `port=${server.port}`, `dbname=${database.name}`, `user=${user}`];
      await writePrivate(join(home, '.pg_service.conf'), [...lines, `password=${password}`, ''].join('\n'));
      return [{ service: 'it' }, {}];
    },
  },
  {
    name: 'a service of a named file, with a password file',
    give: async () => {
      const lines = [
        '[it]',
        `host=${server.host}`,
        `port=${server.port}`,
        `dbname=${database.name}`,
        `user=${user}`,
        '',
      ];
      await writePrivate(join(workspace.folder, 'services'), lines.join('\n'));
      const file = await writePrivate(join(home, 'elsewhere'), passLine());
      return [{ service: 'it', 'service-file': 'services' }, { PGPASSFILE: file }];
    },
  },
  {
    name: 'a command',
    give: async () => {
      await workspace.write('token.mjs', `console.log(process.env.TOKEN); console.log('more');`);
      return [{ ...where(), user, 'password-command': [process.execPath, 'token.mjs'] }, { TOKEN: password }];
    },
  },
];

describe('credentials', () => {
  test.each(ways)('come from $name, for sessions and tools alike', async ({ give }) => {
    const [connection, environment] = await give();
    const { exitCode, tables, output } = await run(connection, environment);
    expect({ exitCode, tables: tables?.length }, output).toEqual({ exitCode: 0, tables: 1 });
    expect(output).not.toContain(password);
    await writeFile(join(home, '.pgpass'), '');
  });
});

describe('a password file that others may read', () => {
  test('is refused', async () => {
    const file = await writePrivate(join(home, 'open'), passLine());
    await chmod(file, 0o644);
    const { exitCode, output } = await run({ ...where(), user }, { PGPASSFILE: file });
    expect(exitCode).toBe(2);
    expect(output).toContain('PGR115');
    expect(output).toContain(`chmod 600 ${file}`);
  });
});

describe('a password command', () => {
  const counting = `import { appendFileSync } from 'node:fs';
    appendFileSync('asked', 'x'); console.log(process.env.TOKEN);`;
  const connection = (script: string) => ({ ...where(), user, 'password-command': [process.execPath, script] });

  test('is asked once for many sessions and tools in a minute, and not to check a file', async () => {
    await workspace.write('counting.mjs', counting);
    const environment = { TOKEN: password };
    expect((await run(connection('counting.mjs'), environment, 'check')).exitCode).toBe(0);
    expect(existsSync(join(workspace.folder, 'asked'))).toBe(false);
    expect((await run(connection('counting.mjs'), environment)).exitCode).toBe(0);
    expect(await readFile(join(workspace.folder, 'asked'), 'utf8')).toBe('x');
  });

  test('that fails says so, without what it printed', async () => {
    const script = `console.log(process.env.TOKEN); console.error('denied for ' + process.env.TOKEN); process.exit(7)`;
    await workspace.write('failing.mjs', script);
    const { exitCode, output, tables } = await run(connection('failing.mjs'), { TOKEN: password });
    expect({ exitCode, tables }).toEqual({ exitCode: 1, tables: undefined });
    expect(output).toMatch(/PGR207.*ended with exit code 7: denied for \*\*\*/);
    expect(output).not.toContain(password);
  });

  test('that gives an old token is told like any wrong password', async () => {
    await workspace.write('old.mjs', `console.log('an old token')`);
    const { exitCode, output } = await run(connection('old.mjs'));
    expect(exitCode).toBe(1);
    expect(output).toContain('PGR201');
    expect(output).not.toContain('an old token');
  });

  test('that hangs ends with the limit for connecting', async () => {
    await workspace.write('hanging.mjs', 'setInterval(() => {}, 1000)');
    const { exitCode, output } = await run(connection('hanging.mjs'), {}, 'run', { timeouts: { connect: 1 } });
    expect(exitCode).toBe(1);
    expect(output).toContain('has not ended after 1 s');
  });
});
