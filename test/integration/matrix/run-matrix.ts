import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findInstallations } from '../../../src/client/installation.ts';
import type { Manifest } from '../../../src/dumpset/manifest.ts';
import type { RunReport } from '../../../src/report/model.ts';
import { runInProcess } from '../../support/in-process.ts';
import { checksOf, copyOn, findingsOf } from '../../support/round-trip-results.ts';
import { lockedClient } from '../../support/sealed.ts';
import { type FreshDatabase, type TestServer, urlOf } from '../../support/servers.ts';
import { databases, type MatrixDatabase } from './databases.ts';
import type { Filter } from './filters.ts';

export interface Combination {
  readonly database: MatrixDatabase;
  readonly from: number;
  readonly to: number;
  readonly filter: Filter;
}

/** What a combination came to. */
export interface Result {
  readonly combination: Combination;
  /** Major of the client that has dumped it; undefined where nothing was dumped. */
  readonly client: number | undefined;
  readonly verdict: string;
  /** How many things were compared: objects, tables, sequences … */
  readonly compared: number;
  readonly problems: readonly string[];
  readonly findings: readonly string[];
  /** Checks that could not be made, each with its reason. */
  readonly unverified: readonly string[];
  /** Checks that had nothing to compare. */
  readonly skipped: readonly string[];
}

export interface Servers {
  readonly server: (major: number) => Promise<TestServer>;
  /** Of a server; filled once. */
  readonly source: (database: MatrixDatabase, major: number) => Promise<FreshDatabase>;
}

/** Two at a time, as the tools work in processes of their own. */
const lanes = 2;

/** Dumps once for each source and filter, and restores and verifies into each target. */
export async function runMatrix(
  combinations: readonly Combination[],
  servers: Servers,
  onResult: (result: Result) => void,
): Promise<void> {
  const groups = new Map<string, Combination[]>();
  for (const one of combinations) groups.set(dumpOf(one), [...(groups.get(dumpOf(one)) ?? []), one]);
  const waiting = [...groups.values()];
  const work = async (): Promise<void> => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift())
      await runGroup(group, servers, onResult);
  };
  await Promise.all(Array.from({ length: lanes }, work));
}

function dumpOf({ database, from, filter }: Combination): string {
  return `${database.name} ${from} ${filter.name}`;
}

async function runGroup(
  group: readonly Combination[],
  servers: Servers,
  onResult: (result: Result) => void,
): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const { database, from, filter } = first;
  const source = await servers.source(database, from);
  const folder = await mkdtemp(join(tmpdir(), 'matrix-'));
  try {
    const dumped = await runInProcess(folder, { source: source.url }, [
      { dump: { from: 'source', databases: source.name, globals: true, to: 'set', ...filter.dump?.(database) } },
    ]);
    if (dumped.exitCode !== 0) {
      for (const combination of group) onResult(resultOf(combination, undefined, dumped));
      return;
    }
    const manifest = JSON.parse(await readFile(join(folder, 'set/manifest.json'), 'utf8')) as Manifest;
    for (const combination of group) {
      const target = await servers.server(combination.to);
      await using copy = copyOn(target, `${source.name}_${combination.to}_copy_${++copies}`);
      const report = await runInProcess(folder, { target: urlOf(target, 'postgres') }, [
        {
          restore: {
            from: 'set',
            into: 'target',
            as: { [source.name]: copy.name },
            analyze: false,
            // Several jobs may pass on a grant before the grant of the schema is there: a race of pg_restore's own.
            ...(database.name === 'shop' ? { jobs: 1 } : {}),
            ...combination.filter.restore?.(database),
          },
        },
        { verify: { level: 'content' } },
      ]);
      onResult(resultOf(combination, manifest.client.major, report));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

let copies = 0;

function resultOf(combination: Combination, client: number | undefined, report: RunReport): Result {
  const checks = checksOf(report);
  return {
    combination,
    client,
    verdict: report.verdict,
    compared: checks.reduce((sum, { compared }) => sum + compared, 0),
    problems: report.steps.flatMap(({ problems }) => problems.map(({ code, message }) => `${code} ${message}`)),
    findings: findingsOf(report).map(
      one =>
        `${one.kind} ${one.object}${one.kind === 'changed' ? `: ${one.property}: ${one.expected} / ${one.actual}` : ''}`,
    ),
    unverified: checks
      .filter(({ verdict }) => verdict === 'could-not-verify')
      .map(({ name, note, unread }) => `${name}: ${note ?? unread?.join(', ') ?? ''}`),
    skipped: checks.filter(({ verdict }) => verdict === 'skipped').map(({ name }) => name),
  };
}

export function nameOf({ database, from, to, filter }: Combination): string {
  return `${database.name}, ${from} to ${to}, ${filter.name}`;
}

/** What the product refuses by design, before anything is done: the beginning of its message. */
export function refusal({ filter, to }: Combination): string | undefined {
  if (filter.restore?.(anyDatabase)['single-transaction'] !== true) return undefined;
  const client = clients.find(major => major >= to) ?? 0;
  return to < 17 && client >= 17 ? 'PGR150 single-transaction cannot be had' : undefined;
}

const [anyDatabase] = databases as readonly [MatrixDatabase, ...MatrixDatabase[]];
const installed = (await findInstallations()).map(({ version }) => version.major);
const locked = [13, 14, 15, 16, 17, 18].filter(major => lockedClient(major) !== undefined);
/** Majors of clients that can be had here. */
const clients = [...new Set([...installed, ...locked])].sort((one, other) => one - other);

/** What is not as it is to be; undefined where all is. */
export function expectation(result: Result): object | undefined {
  const { combination, client: _, compared, skipped, ...found } = result;
  const refused = refusal(combination);
  const [problem = ''] = found.problems;
  if (refused !== undefined && problem.startsWith(refused)) return undefined;
  const { verdict = 'passed', skipped: mayBeSkipped = [] } = combination.filter;
  const idle = skipped.filter(name => !mayBeSkipped.includes(name));
  const asExpected =
    refused === undefined &&
    found.verdict === verdict &&
    [...found.problems, ...found.findings, ...found.unverified, ...idle].length === 0 &&
    compared > 0;
  return asExpected ? undefined : { combination: nameOf(combination), ...found, idle, compared };
}
