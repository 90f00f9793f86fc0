import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/parse.ts';
import { RoundtripError } from '../../../src/errors.ts';
import type { Takes, Tool, ToolOption } from '../../../src/postgres/options/model.ts';
import { tools } from '../../../src/postgres/options/tools.ts';
import { sealedClient } from '../../support/sealed.ts';

/** Majors whose client is locked. What 14 and 16 have brought was never said by 13 or 15, and always by 15 or 17. */
const majors = [13, 15, 17, 18, 19];

const run = promisify(execFile);

interface Helped {
  readonly name: string;
  readonly letter: string | undefined;
  readonly value: boolean;
}

/** A second name beside the letter's, and names whose letters a newer name has taken over. */
const withoutLetter = ['variable', 'blobs', 'no-blobs'];

/** Every option that a tool's own help names: `  -F, --format=c|d|t|p`, `  -v, --set=, --variable=NAME=VALUE`. */
async function helpOf(folder: string, tool: string): Promise<readonly Helped[]> {
  const { stdout } = await run(join(folder, tool), ['--help'], { env: { LC_ALL: 'C' } });
  const lines = stdout.split('\n').filter(line => /^\s+-/.test(line));
  const found = lines.flatMap(line => {
    const letter = /^ +-([^-])(?:,| \()/.exec(line)?.[1];
    const spelt = /^ +(?:-[^-](?:, | \("one"\), ))?(--[^ ,]+(?:, --[^ ,]+)*)/.exec(line)?.[1] ?? '';
    return [...spelt.matchAll(/--([a-z][a-z0-9-]*)(=?)/g)].map(([, name = '', value]) => ({
      name,
      letter: withoutLetter.includes(name) ? undefined : letter,
      value: value === '=',
    }));
  });
  return [...new Map(found.toReversed().map(each => [each.name, each])).values()];
}

function inMajor({ since = 0, until = Number.POSITIVE_INFINITY }: ToolOption, major: number): boolean {
  return since <= major && major <= until;
}

const byName = (left: Helped, right: Helped) => (left.name < right.name ? -1 : 1);

describe.each(majors)('client %i', major => {
  test('has the options of the tables, and no others', async context => {
    const client = await sealedClient(major);
    if (client.kind === 'absent') return context.skip(client.reason);
    for (const { name, options } of Object.values(tools) as readonly Tool[]) {
      const table = options
        .filter(option => inMajor(option, major))
        .map(option => ({ name: option.name, letter: option.letter, value: option.takes !== 'nothing' }));
      expect({ name, options: table.toSorted(byName) }).toEqual({
        name,
        options: (await helpOf(client.programs, name)).toSorted(byName),
      });
    }
  });
});

/** What the tools take for granted; each value is one that they accept. */
const values: Readonly<Record<Takes, string>> = { nothing: '', text: 'x', texts: 'x', number: '1', file: '/dev/null' };
const bestValues: Readonly<Record<string, string>> = { section: 'data', encoding: 'UTF8' };

/** How the tools say that options do not go together. */
const refusals = /cannot be used together|cannot specify both|requires option|not supported with|can only be used with/;

const cases = [
  { tool: tools.pg_dump, step: 'dump: { from: a, to: out', end: [] },
  { tool: tools.pg_restore, step: 'restore: { from: out, into: a', end: ['--dbname=host=/nowhere', '/dev/null'] },
] as const;

describe.each(cases)('$tool.name', ({ tool, step, end }: (typeof cases)[number]) => {
  let programs: string | undefined;
  beforeAll(async () => {
    const client = await sealedClient(19);
    if (client.kind === 'available') programs = client.programs;
  });

  test('no pair of flags that it refuses is let through', async context => {
    if (programs === undefined) return context.skip('no client 19 here');
    const program = join(programs, tool.name);
    const free = tool.options.filter(option => option.status.kind === 'free' && inMajor(option, 19));
    const pairs = free.flatMap((left, index) => [[left], ...free.slice(index + 1).map(right => [left, right])]);
    const letThrough: string[] = [];
    let refused = 0;
    for (const pair of pairs) {
      const said = await complaint(program, [...pair.map(argumentOf), ...end]);
      if (!refusals.test(said)) continue;
      refused++;
      if (accepted(step, pair)) letThrough.push(`${pair.map(({ name }) => name).join(' ')}: ${said}`);
    }
    expect(refused).toBeGreaterThan(0);
    expect(letThrough).toEqual([]);
  });
});

function argumentOf({ name, takes }: ToolOption): string {
  return takes === 'nothing' ? `--${name}` : `--${name}=${bestValues[name] ?? values[takes]}`;
}

/** What the tool says, which fails in any case: there is no server. */
async function complaint(program: string, parameters: readonly string[]): Promise<string> {
  const environment = { LC_ALL: 'C', PGHOST: '/nowhere' };
  const failed: unknown = await run(program, [...parameters], { env: environment }).catch((error: unknown) => error);
  return failed instanceof Error && 'stderr' in failed ? String(failed.stderr) : '';
}

function accepted(step: string, options: readonly ToolOption[]): boolean {
  const flags = options.map(({ name, takes }) => {
    const value = takes === 'nothing' ? 'true' : takes === 'file' ? 'x' : (bestValues[name] ?? values[takes]);
    return `${name}: ${value}`;
  });
  const text = `version: 1\nconnections: { a: { host: localhost } }\nsteps: [{ ${step}, flags: { ${flags.join(', ')} } } }]\n`;
  try {
    parseConfig(text, { workspace: '/srv', temporary: undefined, environment: {}, file: 'roundtrip.yml' });
    return true;
  } catch (error) {
    if (error instanceof RoundtripError && error.problems.every(({ code }) => code === 'PGR150')) return false;
    throw error;
  }
}
