import { describe, expect, test } from 'vitest';
import { makePlan } from '../../../src/plan/make-plan.ts';
import { dumpArguments } from '../../../src/postgres/arguments.ts';
import { refusalOf } from '../refusal.ts';
import {
  commandsOf,
  contextOf,
  dumpStep,
  lastStep,
  manifest,
  planOf,
  publishStep,
  restoreStep,
  secrets,
  sqlStep,
  verifyStep,
  type World,
  workspace,
} from './contexts.ts';

const folder = `${workspace}/dumps/it`;
const roundTrip = [dumpStep({ globals: true }), restoreStep(), verifyStep(), sqlStep(), publishStep()];

/** Throws at the first thing in it that can be changed. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

describe('a whole plan', () => {
  test('has a step for each of the file, in its order', () => {
    expect(planOf({ steps: roundTrip }).steps.map(step => [step.kind, step.title])).toEqual([
      ['dump', 'dump own from source'],
      ['restore', 'restore own into target'],
      ['verify', 'verify counts in target'],
      ['sql', 'sql on target'],
      ['publish', 'publish as artifact it'],
    ]);
  });

  test('is made without changing anything, and is the same every time', () => {
    const world = { steps: roundTrip, clients: ['13.1', '18.6', '15.18', '15.20'] };
    expect(makePlan(frozen(contextOf(world)))).toEqual(makePlan(contextOf(world)));
  });

  test('holds no secret', () => {
    const text = JSON.stringify(planOf({ steps: roundTrip }));
    expect(text).toContain("user='me'");
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});

describe('dump', () => {
  test('in full', () => {
    expect(lastStep('dump', { steps: [dumpStep({ globals: true })], cores: 2 })).toEqual({
      kind: 'dump',
      title: 'dump own from source',
      connection: 'source',
      client: {
        kind: 'installed',
        folder: '/clients/15.18',
        version: { major: 15, minor: 18, text: '15.18' },
        reason: "client 15.18 from /clients/15.18: the server's own major",
        warning: expect.stringContaining('below 15.19'),
      },
      options: {
        format: 'directory',
        jobs: 2,
        compress: '1',
        include: { schema: [], table: [], 'table-data': [] },
        exclude: { schema: [], table: [], 'table-data': [] },
        serializableDeferrable: false,
        flags: [],
      },
      notes: ['jobs 2: one for each core', expect.stringContaining('gzip:1'), expect.stringContaining('below 15.19')],
      contentHash: false,
      foresight: undefined,
      snapshot: undefined,
      throttle: undefined,
      folder,
      partial: `${folder}.partial`,
      databases: [
        {
          name: 'own',
          path: 'own.dir',
          options: expect.objectContaining({ format: 'directory', jobs: 2 }),
          command: {
            program: 'pg_dump',
            path: '/clients/15.18/pg_dump',
            arguments: dumpArguments(
              { ...dumpStep(), format: 'directory', jobs: 2, compress: '1', serializableDeferrable: false, flags: [] },
              {
                conninfo:
                  "host='db' port='5432' user='me' dbname='own' sslmode='prefer' connect_timeout='10' options='-c bytea_output=hex -c lc_monetary=C' service='pg-roundtrip-key'",
                file: `${folder}.partial/own.dir`,
                lockSeconds: 30,
              },
            ),
            environment: { PGTZ: 'UTC' },
          },
          contents: undefined,
        },
      ],
      singleFile: undefined,
      globals: {
        rolePasswords: false,
        path: 'globals.sql',
        command: {
          program: 'pg_dumpall',
          path: '/clients/15.18/pg_dumpall',
          arguments: expect.arrayContaining([`--file=${folder}.partial/globals.sql`, '--no-role-passwords']),
          environment: { PGTZ: 'UTC' },
        },
      },
    });
  });

  test('a custom archive has one job, and no note about it', () => {
    const step = lastStep('dump', { steps: [dumpStep({ format: 'custom' })], clients: ['18.6'], source: 18 });
    expect(step.options).toMatchObject({ format: 'custom', jobs: 1, compress: 'zstd:1' });
    expect(step.databases[0]?.path).toBe('own.dump');
    expect(step.notes).toEqual(['compression zstd:1: faster and smaller than gzip']);
  });

  test.each<[string, Parameters<typeof dumpStep>[0], Parameters<typeof verifyStep>[0] | undefined, boolean]>([
    ['that nothing compares', {}, undefined, false],
    ['whose rows are counted', {}, { level: 'counts' }, false],
    ['whose content is compared', {}, { level: 'content' }, true],
    ['of which a sample is compared', {}, { level: 'content', sample: { share: 0.1, above: 0 } }, false],
    ['without hashes, as asked', { 'content-hash': false }, { level: 'content' }, false],
    ['of INSERT statements', { options: { inserts: true } }, undefined, true],
  ])('the rows of a dump %s are hashed or not', (_name, changes, verified, hashed) => {
    const dump = dumpStep({ from: 'source', ...changes });
    const steps = verified === undefined ? [dump] : [dump, verifyStep({ from: dump.to, ...verified })];
    expect(planOf({ steps }).steps[0]).toMatchObject({ contentHash: hashed });
  });

  test('our options stand behind those of the connection', () => {
    const step = lastStep('dump', { steps: [dumpStep()], parameters: { options: '-c bytea_output=escape' } });
    expect(step.databases[0]?.command.arguments[0]).toContain(
      "options='-c bytea_output=escape -c bytea_output=hex -c lc_monetary=C'",
    );
  });

  test('databases by pattern, each once, in the order of the file', () => {
    const matches = { 'app_*': ['app_a', 'app_b'], '"App"': ['App'], app_b: ['app_b'] };
    const step = lastStep('dump', { steps: [dumpStep({ databases: ['"App"', 'app_*', 'app_b'] })], matches });
    expect(step.databases.map(({ name, path }) => [name, path])).toEqual([
      ['App', '%41pp.dir'],
      ['app_a', 'app_a.dir'],
      ['app_b', 'app_b.dir'],
    ]);
    expect(step.title).toBe('dump App, app_a, app_b from source');
    expect(step.databases.map(one => /dbname='([^']*)'/.exec(one.command.arguments[0] ?? '')?.[1])).toEqual([
      'App',
      'app_a',
      'app_b',
    ]);
  });
});

describe('clients', () => {
  const clients = ['13.23', '14.24', '15.18', '18.6'];

  test.each([
    [13, 13, '13.23', '13.23'],
    [15, 13, '15.18', '15.18'],
    [13, 15, '15.18', '15.18'],
    [16, 16, '18.6', '18.6'],
    [14, 16, '18.6', '18.6'],
  ])('from %i to %i: dumps with %s, restores and verifies with %s', (source, target, dumps, restores) => {
    const { steps } = planOf({ steps: [dumpStep(), restoreStep(), verifyStep()], clients, source, target });
    expect(steps.map(step => ('client' in step ? step.client.version.text : ''))).toEqual([dumps, restores, restores]);
    for (const step of steps) {
      const chosen = step.kind === 'dump' ? dumps : restores;
      expect(commandsOf({ steps: [step] }).every(({ path }) => path.startsWith(`/clients/${chosen}/`))).toBe(true);
    }
  });

  test('an existing dump set is read by a client of its own major at least', () => {
    const dumpSets = { [folder]: manifest(['app'], '18.6') };
    const step = lastStep('restore', { steps: [restoreStep()], clients, target: 13, dumpSets });
    expect(step.client.version.text).toBe('18.6');
  });

  test('a named major is taken for every step', () => {
    const { steps } = planOf({
      steps: [dumpStep(), restoreStep()],
      clients,
      client: { kind: 'major', major: 18 },
      source: 13,
    });
    expect(steps.map(step => ('client' in step ? step.client.reason : ''))).toEqual([
      'client 18.6 from /clients/18.6, as asked',
      'client 18.6 from /clients/18.6, as asked',
    ]);
  });
});

describe('restore', () => {
  const dumpSets = { [folder]: manifest(['app', 'billing']) };
  const restored = (changes: Parameters<typeof restoreStep>[0], more: Partial<World> = {}) =>
    lastStep('restore', { steps: [restoreStep(changes)], dumpSets, ...more });

  test('in full', () => {
    const step = restored({
      databases: ['app'],
      as: { app: 'app_copy' },
      overwrite: ['app_copy'],
      analyze: true,
      jobs: 3,
    });
    expect(step).toMatchObject({
      title: 'restore app_copy into target',
      connection: 'target',
      options: { jobs: 3, owners: { kind: 'keep' }, privileges: 'keep' },
      ownersUndecided: true,
      folder,
      sections: ['pre-data', 'data', 'post-data'],
      analyze: true,
      temporary: false,
    });
    expect(step.databases).toEqual([
      {
        source: 'app',
        target: 'app_copy',
        mode: 'overwrite',
        phases: [
          {
            name: 'all',
            sections: ['pre-data', 'data', 'post-data'],
            deferred: false,
            command: {
              program: 'pg_restore',
              path: '/clients/15.18/pg_restore',
              arguments: [
                "--dbname=host='copy' port='5433' user='me' dbname='app_copy' sslmode='prefer' connect_timeout='10' options='-c bytea_output=hex -c lc_monetary=C' service='pg-roundtrip-key'",
                '--jobs=3',
                '--no-password',
                '--verbose',
                '--',
                `${folder}/app.dir`,
              ],
              environment: { PGTZ: 'UTC' },
            },
          },
        ],
      },
    ]);
  });

  test.each([
    ['together', ['pre-data', 'data', 'post-data'], [['all', '']]],
    ['together', ['pre-data', 'data'], [['pre-data and data', '--section=pre-data --section=data']]],
    [
      'separate',
      ['pre-data', 'data', 'post-data'],
      [
        ['pre-data', '--section=pre-data'],
        ['data', '--section=data'],
        ['post-data', '--section=post-data'],
      ],
    ],
    ['separate', ['data'], [['data', '--section=data']]],
  ] as const)('phases %s of %j', (phases, section, expected) => {
    const [database] = restored({ phases, section }).databases;
    const sectionsOf = (args: readonly string[]) => args.filter(one => one.startsWith('--section')).join(' ');
    expect(database?.phases.map(({ name, command }) => [name, sectionsOf(command.arguments)])).toEqual(expected);
  });

  test.each([
    [{ owners: { kind: 'keep' } }, false, []],
    [{ owners: undefined }, true, []],
    [{ owners: { kind: 'role', role: 'ann' } }, false, ['--no-owner', '--role=ann']],
    [{ privileges: 'skip' }, true, ['--no-privileges']],
  ] as const)('%j', (changes, undecided, expected) => {
    const step = restored(changes);
    const [database] = step.databases;
    const known = ['--no-owner', '--role=ann', '--no-privileges'];
    expect(step.ownersUndecided).toBe(undecided);
    expect(database?.phases[0]?.command.arguments.filter(one => known.includes(one))).toEqual(expected);
  });

  test('all databases of the dump set, under their own names, unless chosen', () => {
    expect(restored({ as: { billing: 'b' } }).databases.map(({ source, target }) => [source, target])).toEqual([
      ['app', 'app'],
      ['billing', 'b'],
    ]);
    expect(restored({ databases: ['billing'] }).databases.map(one => one.source)).toEqual(['billing']);
  });

  test('takes the archive that the dump step before it makes', () => {
    const steps = [dumpStep({ databases: ['it?'] }), restoreStep({ as: { itA: 'b' } })];
    const [database] = lastStep('restore', { steps, matches: { 'it?': ['itA'] } }).databases;
    expect(database?.phases[0]?.command.arguments.at(-1)).toBe(`${folder}/it%41.dir`);
  });

  test('two databases may change places', () => {
    expect(restored({ as: { app: 'billing', billing: 'app' } }).databases.map(one => one.target)).toEqual([
      'billing',
      'app',
    ]);
  });
});

describe('verify', () => {
  test('reads the definitions of the copy, and of a scratch database with the same client', () => {
    const step = lastStep('verify', {
      steps: [dumpStep(), restoreStep({ as: { own: 'copy' } }), verifyStep({ as: { own: 'copy' } })],
    });
    const target = (name: string) =>
      `--dbname=host='copy' port='5433' user='me' dbname='${name}' sslmode='prefer' connect_timeout='10' options='-c bytea_output=hex -c lc_monetary=C' service='pg-roundtrip-key'`;
    const definitions = (name: string) => [
      '/clients/15.18/pg_dump',
      target(name),
      '--file=<private file>',
      '--format=custom',
      '--schema-only',
      '--lock-wait-timeout=30000',
      '--no-password',
    ];
    expect(commandsOf({ steps: [step] }).map(command => [command.path, ...command.arguments])).toEqual([
      definitions('copy'),
      [
        '/clients/15.18/pg_restore',
        target('<scratch database>'),
        '--section=pre-data',
        '--section=post-data',
        '--jobs=1',
        '--no-owner',
        '--no-privileges',
        '--no-password',
        '--verbose',
        '--',
        `${folder}/own.dir`,
      ],
      definitions('<scratch database>'),
    ]);
  });

  test('expects what the restore before it was to make', () => {
    const chosen = { owners: { kind: 'role', role: 'ann' }, privileges: 'skip', section: ['pre-data'] } as const;
    const steps = [dumpStep(), restoreStep(chosen), verifyStep()];
    expect(lastStep('verify', { steps }).databases[0]?.restored).toMatchObject({
      owners: chosen.owners,
      privileges: 'skip',
      sections: ['pre-data'],
    });
  });

  test('expects what the restore of that very copy was to make, not a later one of another copy', () => {
    const first = restoreStep({ as: { own: 'a' } });
    const second = restoreStep({ as: { own: 'b' }, privileges: 'skip' });
    const steps = [dumpStep(), first, second, verifyStep({ as: { own: 'a' } })];
    expect(lastStep('verify', { steps }).databases[0]?.restored.privileges).toBe('keep');
  });

  test('expects everything of a copy that was there before', () => {
    const dumpSets = { [folder]: manifest(['app']) };
    expect(lastStep('verify', { steps: [verifyStep()], dumpSets }).databases[0]?.restored).toMatchObject({
      owners: { kind: 'keep' },
      privileges: 'keep',
      sections: ['pre-data', 'data', 'post-data'],
    });
  });
});

describe('sql and publish', () => {
  test('paths of a published set start at the workspace', () => {
    const step = lastStep('publish', {
      steps: [publishStep({ to: { kind: 'folder', path: 'out/it' } })],
    });
    expect(step).toEqual({
      kind: 'publish',
      title: 'publish to out/it',
      folder,
      to: { kind: 'folder', path: `${workspace}/out/it` },
      partBytes: 4e9,
      encryption: undefined,
      allowPublic: undefined,
    });
  });

  test('statements are handed on as they are', () => {
    const statements = { kind: 'text', text: "select 'a';\n\\! echo" } as const;
    expect(lastStep('sql', { steps: [sqlStep({ statements, database: 'app' })] })).toEqual({
      kind: 'sql',
      title: 'sql on target',
      connection: 'target',
      database: 'app',
      statements,
    });
  });
});

describe('what is refused', () => {
  const dumpSets = { [folder]: manifest(['app', 'billing']) };

  test.each<readonly [string, World]>([
    ['PGR150', { steps: [dumpStep({ options: { 'schema-only': true, section: ['data'] } })] }],
    ['PGR150', { steps: [dumpStep({ format: 'plain', globals: true, 'single-file': 'own.sql' })] }],
    ['PGR150', { steps: [dumpStep({ options: { 'schema-only': true } }), restoreStep({ section: ['data'] })] }],
    ['PGR154', { steps: [dumpStep({ format: 'plain' }), restoreStep()] }],
    ['PGR180', { steps: [dumpStep({ databases: ['a*'], 'exclude-database': ['a*'] })], matches: { 'a*': ['app'] } }],
    ['PGR180', { steps: [dumpStep({ 'exclude-database': ['b'] })] }],
    ['PGR151', { steps: [dumpStep()], source: 16 }],
    ['PGR151', { steps: [dumpStep()], clients: [] }],
    ['PGR151', { steps: [dumpStep()], client: { kind: 'major', major: 14 } }],
    ['PGR151', { steps: [restoreStep()], dumpSets, target: 16 }],
    ['PGR151', { steps: [restoreStep()], dumpSets: { [folder]: manifest(['app'], '17.1') } }],
    ['PGR150', { steps: [dumpStep({ compress: 'zstd:3' })] }],
    ['PGR150', { steps: [dumpStep({ compress: 'lz4' })] }],
    ['PGR150', { steps: [restoreStep({ as: { app: 'billing' } })], dumpSets }],
    ['PGR150', { steps: [restoreStep({ as: { app: 'x', billing: 'x' } })], dumpSets }],
    ['PGR171', { steps: [restoreStep()] }],
    ['PGR171', { steps: [verifyStep()] }],
    ['PGR171', { steps: [restoreStep(), dumpStep()] }],
    ['PGR180', { steps: [dumpStep({ databases: ['app', 'ap'] })], matches: { app: ['app'], ap: [] } }],
    ['PGR180', { steps: [restoreStep({ databases: ['App'] })], dumpSets }],
    ['PGR180', { steps: [restoreStep({ as: { nope: 'x' } })], dumpSets }],
    ['PGR180', { steps: [verifyStep({ databases: ['nope'] })], dumpSets }],
    ['PGR900', { steps: [sqlStep(), restoreStep({ into: 'undeclared' })], dumpSets }],
  ])('%s %#', async (code, world) => {
    expect((await refusalOf(() => planOf(world)))?.code).toBe(code);
  });
});
