import type { Installation } from '../../../src/client/installation.ts';
import type { Config, DumpStep, RestoreStep, SqlStep, Step, VerifyStep } from '../../../src/config/config.ts';
import type { PublishStep } from '../../../src/config/storage-steps.ts';
import type { Manifest } from '../../../src/dumpset/manifest.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { Plan, PlannedStep } from '../../../src/plan/plan.ts';
import type { ConnectionParameters } from '../../../src/postgres/connection-parameters.ts';
import type { Command } from '../../../src/postgres/process.ts';
import type { TableSizes } from '../../../src/postgres/table-sizes.ts';
import { Secret } from '../../../src/secret.ts';
import { everything } from '../../../src/selection/selection.ts';
import type { Survey } from '../../../src/survey/survey.ts';

export const workspace = '/srv/space';

/** Every secret that the connections of these tests hold; none may ever be in a plan. */
export const secrets = ['correct horse', 'battery staple'] as const;

export function client(text: string): Installation {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return { kind: 'installed', folder: `/clients/${text}`, version: { major, minor, text } };
}

export function parameters(changes: Partial<ConnectionParameters> = {}): ConnectionParameters {
  return {
    hosts: [{ host: 'db', address: undefined, port: 5432 }],
    user: 'me',
    password: new Secret(secrets[0]),
    database: 'own',
    tls: {
      mode: 'prefer',
      rootCertificate: undefined,
      certificate: undefined,
      key: undefined,
      keyPassword: new Secret(secrets[1]),
      revocationList: undefined,
      minimumVersion: undefined,
      maximumVersion: undefined,
      negotiation: 'postgres',
    },
    channelBinding: 'prefer',
    targetSessionAttributes: 'any',
    connectTimeout: 10,
    options: undefined,
    others: {},
    ...changes,
  };
}

const noFilter = { schema: [], table: [], 'table-data': [] };

export function dumpStep(changes: Partial<DumpStep> = {}): DumpStep {
  return {
    kind: 'dump',
    from: 'source',
    databases: [],
    'exclude-database': [],
    globals: false,
    'role-passwords': false,
    'content-hash': 'auto',
    format: 'directory',
    'single-file': undefined,
    jobs: 'auto',
    snapshot: undefined,
    throttle: undefined,
    compress: 'auto',
    include: noFilter,
    exclude: noFilter,
    options: {},
    flags: {},
    'globals-flags': {},
    to: 'dumps/it',
    ...changes,
  };
}

export function restoreStep(changes: Partial<RestoreStep> = {}): RestoreStep {
  return {
    kind: 'restore',
    from: 'dumps/it',
    into: 'target',
    databases: [],
    as: {},
    rename: undefined,
    selection: everything,
    'use-list': undefined,
    tablespaces: 'keep',
    clean: [],
    'into-existing': [],
    'single-transaction': undefined,
    'disable-triggers': false,
    jobs: 'auto',
    section: ['pre-data', 'data', 'post-data'],
    phases: 'together',
    owners: undefined,
    privileges: 'keep',
    flags: {},
    settings: 'keep',
    locale: undefined,
    refresh: false,
    analyze: false,
    overwrite: [],
    production: [],
    trust: undefined,
    throttle: undefined,
    temporary: false,
    ...changes,
  };
}

export function verifyStep(changes: Partial<VerifyStep> = {}): VerifyStep {
  return {
    kind: 'verify',
    level: 'counts',
    sample: undefined,
    'show-keys': false,
    checks: [],
    source: undefined,
    pgtap: [],
    'foreign-keys': undefined,
    complete: false,
    ignore: [],
    from: 'dumps/it',
    into: 'target',
    databases: [],
    as: {},
    rename: undefined,
    ...changes,
  };
}

export function sqlStep(changes: Partial<SqlStep> = {}): SqlStep {
  return { kind: 'sql', on: 'target', database: undefined, statements: { kind: 'text', text: 'select 1' }, ...changes };
}

export function publishStep(changes: Partial<PublishStep> = {}): PublishStep {
  return {
    kind: 'publish',
    from: 'dumps/it',
    to: { kind: 'artifact', name: 'it', retentionDays: undefined, overwrite: false },
    partBytes: 4e9,
    encrypt: undefined,
    'allow-public': undefined,
    ...changes,
  };
}

export interface World {
  readonly steps: readonly Step[];
  readonly clients?: readonly string[];
  readonly client?: Config['client'];
  readonly cores?: number;
  /** Majors of the servers. */
  readonly source?: number;
  readonly target?: number;
  readonly matches?: Readonly<Record<string, readonly string[]>>;
  /** Of the tables in the source's own database. */
  readonly sizes?: TableSizes;
  readonly dumpSets?: Survey['dumpSets'];
  readonly parameters?: Partial<ConnectionParameters>;
  readonly targetHost?: string;
  readonly retries?: number;
}

export function contextOf(world: World): Parameters<typeof makePlan>[0] {
  const { source = 15, target = 15, matches = {} } = world;
  const server = (major: number) => ({ version: { major, minor: 3, text: `${major}.3` }, matches, leftOut: {} });
  return {
    config: {
      version: 1,
      connections: {},
      storages: {},
      client: world.client ?? { kind: 'auto' },
      mirrors: [],
      addClientToPath: false,
      timeouts: { connect: 10, lock: 30, stall: 300, total: undefined },
      retries: world.retries ?? 0,
      steps: world.steps,
    },
    survey: {
      cores: world.cores ?? 4,
      clients: (world.clients ?? ['15.18']).map(client),
      servers: { source: { ...server(source), sizes: world.sizes }, target: server(target) },
      dumpSets: world.dumpSets ?? {},
      useLists: {},
    },
    connections: {
      source: parameters(world.parameters),
      target: parameters({
        ...world.parameters,
        hosts: [{ host: world.targetHost ?? 'copy', address: undefined, port: 5433 }],
      }),
    },
    workspace,
    servers: [],
  };
}

export function planOf(world: World): Plan {
  return makePlan(contextOf(world));
}

/** Every command that a plan would start, in order. */
export function commandsOf({ steps }: Pick<Plan, 'steps'>): readonly Command[] {
  return steps.flatMap(commandsOfStep);
}

function commandsOfStep(step: PlannedStep): readonly Command[] {
  switch (step.kind) {
    case 'dump':
      return [...(step.globals === undefined ? [] : [step.globals.command]), ...step.databases.map(one => one.command)];
    case 'restore':
      return step.databases.flatMap(one => one.phases.map(phase => phase.command));
    case 'verify':
      return step.databases.flatMap(one => [one.command, one.scratch.restore, one.scratch.dump]);
    case 'compare':
      return [...Object.values(step.commands), ...Object.values(step.scratch)];
    case 'clone':
    case 'sql':
    case 'publish':
    case 'fetch':
    case 'prune':
      return [];
  }
}

/** The last step of a plan, which has to be of this kind. */
export function lastStep<Kind extends PlannedStep['kind']>(
  kind: Kind,
  world: World,
): Extract<PlannedStep, { readonly kind: Kind }> {
  const step = planOf(world).steps.at(-1);
  if (step?.kind !== kind) throw new Error(`the last step is ${step?.kind}`);
  return step as Extract<PlannedStep, { readonly kind: Kind }>;
}

/** A dump set that exists before the run. */
export function manifest(names: readonly string[], clientText = '15.18'): Manifest {
  const { version } = client(clientText);
  return {
    schema: 1,
    tool: { name: 'pg-roundtrip', version: '0.1.0' },
    client: version,
    server: { ...version, systemIdentifier: '7', standby: false },
    startedAt: '2026-11-22T10:00:00.000Z',
    finishedAt: '2026-11-22T10:00:01.000Z',
    session: { timeZone: 'UTC', byteaOutput: 'hex' },
    globals: undefined,
    databases: names.map(name => ({
      name,
      path: `${name}.dir`,
      format: 'directory',
      options: [],
      snapshot: { id: '1', walPosition: '0/1', takenAt: '2026-11-22T10:00:00.000000Z' },
      encoding: 'UTF8',
      collate: 'C',
      characterType: 'C',
      localeProvider: 'libc',
      locale: undefined,
      tocSha256: '00',
      tables: [],
      sequences: [],
      largeObjects: 0,
      extensions: [],
      roles: [],
      bytes: 1,
      seconds: 1,
    })),
  };
}
