import { chown, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/preflight/finding.ts';
import { Secret } from '../../../src/secret.ts';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { type CliEnd, type CliOptions, runCli } from '../../support/cli.ts';
import { startPooler } from '../../support/pooler.ts';
import { queryOn, sharedServer, type TestServer, urlOf } from '../../support/servers.ts';
import { declared, makeShop, placeWith, type Step, startServer, through, urls } from '../faults/bench.ts';

let source: ThrowawayServer;
let target: TestServer;

beforeAll(async () => {
  source = await startServer();
  await makeShop(source);
  await queryOn(
    source,
    'postgres',
    `CREATE ROLE clerk LOGIN PASSWORD 'correct horse'; GRANT pg_read_all_data TO clerk`,
  );
  target = await sharedServer();
});

afterAll(async () => {
  await source[Symbol.asyncDispose]();
});

const copy = 'copy_of_preflight';
const dumpStep = (dump: Step = {}): Step => ({ dump: { from: 'source', to: 'set', jobs: 2, ...dump } });
const drill = (dump: Step = {}) => [dumpStep(dump), { restore: { into: 'target', as: { shop: copy } } }];
const asClerk = () => urlOf({ ...source, user: 'clerk', password: new Secret('correct horse') }, 'shop');
const environment = (more: { readonly source?: string; readonly target?: string } = {}) =>
  urls(source, { target: urlOf(target, 'postgres'), ...more });

interface Examined extends CliEnd {
  readonly findings: readonly Finding[];
}

/** `doctor --json` on a declared file; nothing may be left of it. */
async function doctor(steps: readonly Step[], options: CliOptions = {}, more: object = {}): Promise<Examined> {
  await using place = await placeWith(declared({ steps, ...more }));
  const end = await runCli(place, { environment: environment(), command: ['doctor', '--json'], ...options });
  expect(await place.remains()).toEqual([]);
  const { findings, exitCode } = JSON.parse(end.stdout) as { findings: readonly Finding[]; exitCode: number };
  expect(end.exitCode).toBe(exitCode);
  return { ...end, findings };
}

/** A run that is to end before any work: no dump set, and every problem at once. */
async function refusedRun(steps: readonly Step[], options: CliOptions = {}) {
  await using place = await placeWith(declared({ steps }));
  const end = await runCli(place, { environment: environment(), ...options });
  expect(await place.remains()).toEqual([]);
  return {
    exitCode: end.exitCode,
    codes: end.report?.steps.flatMap(({ problems }) => problems.map(({ code }) => code)),
  };
}

const verdicts = ({ findings }: Examined, check: Finding['check']) =>
  findings.filter(finding => finding.check === check).map(({ verdict }) => verdict);

describe('doctor', () => {
  test('of a drill that nothing stands in the way of', async () => {
    const examined = await doctor(drill());
    expect(examined.exitCode).toBe(0);
    expect(new Set(examined.findings.map(({ verdict }) => verdict))).toEqual(new Set(['ok']));
    expect(new Set(examined.findings.map(({ check }) => check))).toEqual(
      new Set([
        'connection',
        'free connections',
        'protection',
        'target',
        'versions',
        'standby',
        'privileges',
        'row-level security',
        'extensions',
        'roles',
        'encoding and locale',
        'disk space',
      ]),
    );
  });

  test('for people, by the short form', async () => {
    await using place = await placeWith('');
    const end = await runCli(place, {
      environment: {
        PG_ROUNDTRIP_SOURCE_URL: urlOf(source, 'shop'),
        PG_ROUNDTRIP_TARGET_URL: urlOf(target, 'postgres'),
      },
      command: ['doctor', `--target-database=${copy}`],
    });
    expect(end.exitCode).toBe(0);
    expect(end.stdout).toMatch(/^check +of +verdict +what\nconnection +source +ok /);
    expect(end.stdout).toMatch(/protection +source +ok +protected: it is only read/);
    expect(end.stdout).toMatch(/nothing blocks\n$/);
  });

  test('names every connection that is dead', async () => {
    const dead = urlOf({ ...source, port: 1 }, 'shop');
    const examined = await doctor(drill(), { environment: environment({ source: dead, target: dead }) });
    expect(examined.exitCode).toBe(1);
    expect(examined.findings).toMatchObject([
      { check: 'connection', about: 'source', verdict: 'blocks', code: 'PGR200' },
      { check: 'connection', about: 'target', verdict: 'blocks', code: 'PGR200' },
      { check: 'plan', verdict: 'not checked' },
    ]);
  });

  test('of a plan that cannot be made', async () => {
    const examined = await doctor([dumpStep({ databases: ['nowhere'] })]);
    expect(examined.findings).toMatchObject([{ check: 'plan', verdict: 'blocks', code: 'PGR180' }]);
    expect(examined.exitCode).toBe(2);
  });

  test('does not start a throwaway server, and says what it could not look at', async () => {
    const examined = await doctor(
      drill(),
      { environment: environment() },
      { target: { url: undefined, throwaway: true } },
    );
    expect(examined.exitCode).toBe(0);
    expect(verdicts(examined, 'extensions')).toEqual(['not checked']);
    expect(verdicts(examined, 'roles')).toEqual(['not checked']);
    expect(examined.findings.find(({ check }) => check === 'disk space')?.says).toMatch(/for data of target/);
  });
});

describe('a pooler before the source', () => {
  test('is refused in transaction mode, by doctor and by a run', async () => {
    await using pooler = await startPooler({ server: source, database: 'shop', mode: 'transaction', size: 2 });
    const options = { environment: environment({ source: urlOf(through(source, pooler), 'shop') }) };
    const examined = await doctor(drill(), options);
    expect(examined.findings).toMatchObject([
      { check: 'connection', verdict: 'blocks', code: 'PGR116', remedy: expect.stringMatching(/session mode/) },
      { verdict: 'not checked' },
    ]);
    expect(examined.exitCode).toBe(4);
    expect(await refusedRun(drill(), options)).toEqual({ exitCode: 4, codes: ['PGR116'] });
  });

  test('is named in session mode', async () => {
    await using pooler = await startPooler({ server: source, database: 'shop', mode: 'session', size: 4 });
    const examined = await doctor([dumpStep()], {
      environment: environment({ source: urlOf(through(source, pooler), 'shop') }),
    });
    expect(examined.findings.slice(0, 2)).toMatchObject([
      { check: 'connection', verdict: 'note', says: expect.stringMatching(/pooler in session mode/) },
      { check: 'free connections', verdict: 'not checked' },
    ]);
    expect(examined.exitCode).toBe(0);
  });

  test('that does not let our tools in is refused', async () => {
    await using pooler = await startPooler({
      server: source,
      database: 'shop',
      mode: 'session',
      size: 4,
      refusesOptions: true,
    });
    const { findings } = await doctor([dumpStep()], {
      environment: environment({ source: urlOf(through(source, pooler), 'shop') }),
    });
    expect(findings.find(({ verdict }) => verdict === 'blocks')).toMatchObject({
      check: 'connection',
      code: 'PGR201',
      says: expect.stringContaining('unsupported startup parameter: options'),
      remedy: expect.stringContaining('direct address'),
    });
  });
});

describe('connections that are limited', () => {
  const limited = async <Result>(limit: string, body: () => Promise<Result>): Promise<Result> => {
    await queryOn(source, 'postgres', `ALTER ${limit}`);
    try {
      return await body();
    } finally {
      await queryOn(
        source,
        'postgres',
        'ALTER ROLE clerk CONNECTION LIMIT -1; ALTER DATABASE shop CONNECTION LIMIT -1',
      );
    }
  };
  const options = () => ({ environment: environment({ source: asClerk() }) });

  test.each([
    ['directory', 2, 6],
    ['custom', 1, 4],
  ] as const)('a dump as %s with %d jobs needs %d, and no more', async (format, jobs, needed) => {
    const dump = dumpStep({ format, ...(format === 'directory' ? { jobs } : { jobs: undefined }) });
    await limited(`ROLE clerk CONNECTION LIMIT ${needed}`, async () => {
      await using place = await placeWith(declared({ steps: [dump] }));
      expect(await runCli(place, options())).toMatchObject({ exitCode: 0 });
    });
    await limited(`ROLE clerk CONNECTION LIMIT ${needed - 1}`, async () => {
      expect(await refusedRun([dump], options())).toEqual({ exitCode: 1, codes: ['PGR209'] });
    });
  });

  test('the limit of a database, and how to raise it', async () => {
    await limited('DATABASE shop CONNECTION LIMIT 2', async () => {
      const { findings } = await doctor([dumpStep()], options());
      expect(findings.find(({ verdict }) => verdict === 'blocks')).toMatchObject({
        check: 'free connections',
        code: 'PGR209',
        remedy: expect.stringMatching(/\nALTER DATABASE shop CONNECTION LIMIT -1;$/),
      });
    });
  });

  test('a login that none is left for', async () => {
    await limited('ROLE clerk CONNECTION LIMIT 0', async () => {
      expect(await doctor([dumpStep()], options())).toMatchObject({ exitCode: 1, findings: [{ code: 'PGR209' }, {}] });
    });
  });
});

test('what a target lacks ends a run before its dump, all of it at once', async () => {
  await queryOn(
    source,
    'shop',
    `CREATE ROLE bookkeeper; ALTER TABLE purchase OWNER TO bookkeeper;
     CREATE EXTENSION hstore; UPDATE pg_extension SET extname = 'nowhere_at_all' WHERE extname = 'hstore'`,
  );
  try {
    const examined = await doctor(drill());
    expect(examined.findings.filter(({ verdict }) => verdict === 'blocks')).toMatchObject([
      { check: 'extensions', code: 'PGR165', says: expect.stringContaining('nowhere_at_all') },
      { check: 'roles', code: 'PGR164', remedy: expect.stringContaining('\nCREATE ROLE "bookkeeper" NOLOGIN;') },
    ]);
    expect(await refusedRun(drill())).toEqual({ exitCode: 2, codes: ['PGR165', 'PGR164'] });
    const filtered = await doctor(drill({ exclude: { table: 'public.purchase' } }));
    expect([...verdicts(filtered, 'extensions'), ...verdicts(filtered, 'roles')]).toEqual(['warning', 'warning']);
    expect(verdicts(await doctor(drill({ globals: true })), 'roles')).toEqual(['ok']);
  } finally {
    await queryOn(
      source,
      'shop',
      `UPDATE pg_extension SET extname = 'hstore' WHERE extname = 'nowhere_at_all'; DROP EXTENSION hstore;
       ALTER TABLE purchase OWNER TO postgres; DROP ROLE bookkeeper`,
    );
  }
});

test('a database that is there in another encoding', async () => {
  await queryOn(target, 'postgres', `CREATE DATABASE ${copy} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'`);
  try {
    const examined = await doctor(drill());
    expect(verdicts(examined, 'encoding and locale')).toEqual(['warning']);
    expect(examined.exitCode).toBe(0);
  } finally {
    await queryOn(target, 'postgres', `DROP DATABASE ${copy}`);
  }
});

describe('what is taken already is refused before the dump', () => {
  const blocked = (examined: Examined) => examined.findings.filter(({ verdict }) => verdict === 'blocks');

  test('a folder', async () => {
    await using place = await placeWith(declared({ steps: drill() }));
    await place.write('set/mine.txt', 'mine');
    const end = await runCli(place, { environment: environment() });
    expect(end).toMatchObject({ exitCode: 4, problem: { code: 'PGR131', remedy: expect.stringContaining('{date}') } });
    expect(end.report?.steps).toHaveLength(1);
  });

  test.each([
    ['that is being filled', 'set.partial/toc.dat', 4],
    ['that is pruned before', 'shelf/set/mine.txt', 0],
  ])('a folder %s', async (_, path, exitCode) => {
    const prune = { prune: { folder: 'shelf', keep: { last: 1 }, minimum: 0, 'dry-run': false } };
    const steps = path.startsWith('shelf') ? [prune, dumpStep({ to: 'shelf/set' })] : [dumpStep()];
    await using place = await placeWith(declared({ steps }));
    await place.write(path, 'mine');
    const end = await runCli(place, { environment: environment(), command: ['doctor'] });
    expect(end.exitCode).toBe(exitCode);
  });

  test('the database that is dumped itself', async () => {
    const steps = [dumpStep(), { restore: { into: 'target', overwrite: 'shop' } }];
    const options = { environment: environment({ target: urlOf(source, 'postgres') }) };
    expect(blocked(await doctor(steps, options))).toMatchObject([{ check: 'target', code: 'PGR161' }]);
    expect(await refusedRun(steps, options)).toEqual({ exitCode: 4, codes: ['PGR161'] });
  });

  test('a database that holds something, unless a step before may have emptied it', async () => {
    await queryOn(target, 'postgres', `CREATE DATABASE ${copy} TEMPLATE template0`);
    try {
      expect(verdicts(await doctor(drill()), 'target')).toEqual(['ok', 'ok']);
      await queryOn(target, copy, 'CREATE TABLE precious ()');
      expect(blocked(await doctor(drill()))).toMatchObject([{ check: 'target', code: 'PGR160' }]);
      expect(await refusedRun(drill())).toEqual({ exitCode: 4, codes: ['PGR160'] });
      const [dump, restore] = drill();
      const named = { restore: { ...(restore?.['restore'] as Step), overwrite: copy } };
      const emptied = [dumpStep(), { sql: { on: 'target', database: copy, run: 'DROP TABLE precious' } }, restore];
      for (const steps of [[dump, named], emptied])
        expect(blocked(await doctor(steps.filter(step => step !== undefined)))).toEqual([]);
    } finally {
      await queryOn(target, 'postgres', `DROP DATABASE ${copy}`);
    }
  });
});

test('what cannot be published here is told by doctor too', async () => {
  const examined = await doctor([dumpStep(), { publish: { artifact: 'shop' } }]);
  expect(examined.findings).toContainEqual(
    expect.objectContaining({ check: 'publishing', verdict: 'blocks', code: 'PGR134' }),
  );
  expect(examined.exitCode).toBe(2);
});

test('a connection that may be listened to', async () => {
  // One label of digits is an address for the system and none for us, so it counts as public.
  const url = urlOf(source, 'shop').replace('127.0.0.1', '2130706433');
  const open = { source: { sslmode: 'disable', 'allow-insecure': true } };
  const options = { environment: environment({ source: url }) };
  const { findings } = await doctor([dumpStep()], options, open);
  expect(findings.find(({ check }) => check === 'connection')).toMatchObject({ verdict: 'warning' });
  await using place = await placeWith(declared({ steps: [dumpStep()], ...open }));
  const end = await runCli(place, options);
  expect(end.exitCode).toBe(0);
  expect(end.report?.steps[0]?.notes).toContainEqual(expect.stringMatching(/^INSECURE: .*"source"/));
  expect(await readFile(join(place.report, 'summary.md'), 'utf8')).toContain('INSECURE');
});

describe('a standby', () => {
  beforeAll(async () => {
    await queryOn(source, 'shop', 'CREATE UNLOGGED TABLE basket AS SELECT 1 AS id');
    await source.stop('fast');
    const signal = join(source.dataFolder, 'standby.signal');
    await writeFile(signal, '');
    const { uid, gid } = await stat(source.dataFolder);
    await chown(signal, uid, gid);
    await source.restart('fast');
  });

  test('is dumped, said to be one, and its copy proven, with unlogged tables empty', async () => {
    const examined = await doctor(drill());
    expect(verdicts(examined, 'standby').toSorted()).toEqual(['note', 'note', 'ok', 'warning']);
    await using place = await placeWith(declared({ steps: [...drill(), { verify: { level: 'content' } }] }));
    try {
      const end = await runCli(place, { environment: environment() });
      expect(end).toMatchObject({ exitCode: 0, report: { verdict: 'passed' } });
      expect(await queryOn(target, copy, 'SELECT count(*)::int AS rows FROM basket')).toEqual([{ rows: 0 }]);
    } finally {
      await queryOn(target, 'postgres', `DROP DATABASE IF EXISTS ${copy}`);
    }
  });

  test('is no target', async () => {
    const steps = [
      { dump: { from: 'target', databases: ['postgres'], to: 'set' } },
      { restore: { into: 'source', as: { postgres: copy } } },
    ];
    expect((await doctor(steps)).findings.filter(({ verdict }) => verdict === 'blocks')).toMatchObject([
      { check: 'standby', about: 'source', code: 'PGR169' },
    ]);
  });
});
