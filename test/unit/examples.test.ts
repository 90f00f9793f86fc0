import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { actionInputs } from '../../src/config/inputs.ts';
import { parse } from './config/declarations.ts';
import { recipientTextOf } from './storage/age/keys.ts';

interface Workflow {
  readonly permissions: unknown;
  readonly on: object;
  readonly concurrency: unknown;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly permissions: unknown; readonly 'timeout-minutes': unknown; readonly steps: readonly Step[] }
    >
  >;
}

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

const folder = 'examples';

/** Something that fits a variable of this name. */
function exampleOf(name: string): string {
  if (name === 'AWS_ENDPOINT_URL') return 'https://storage.example.com';
  if (name.endsWith('_URL')) return 'postgresql://someone@db.example.com/app';
  if (name.endsWith('_RECIPIENT')) return recipient;
  return name.endsWith('_BUCKET') ? 'a-bucket' : 'a-name';
}
const recipient = await recipientTextOf('a');
const names = readdirSync(folder).filter(name => !name.includes('.'));

describe.each(names)('the example %s', name => {
  const files = readdirSync(join(folder, name));
  const workflow = parseYaml(readFileSync(join(folder, name, 'workflow.yml'), 'utf8')) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap(job => job.steps);

  it('gives no more rights than are needed, and ends by itself', () => {
    expect(workflow.permissions).toEqual({});
    expect(workflow.concurrency).toBeDefined();
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    for (const job of jobs) expect(job).toMatchObject({ permissions: {}, 'timeout-minutes': expect.any(Number) });
  });

  it('pins what others have made', () => {
    const pinned = /^(?:pg-roundtrip\/pg-roundtrip@v\d+\.\d+\.\d+|[\w/-]+@[0-9a-f]{40})$/;
    expect(steps.flatMap(({ uses = [] }) => uses).filter(uses => !pinned.test(uses))).toEqual([]);
  });

  it('names inputs that there are, and a file of this folder that is sound', () => {
    const [step] = steps.filter(({ uses }) => uses?.startsWith('pg-roundtrip/'));
    const known = actionInputs.map(input => input.name);
    expect(Object.keys(step?.with ?? {}).filter(input => !known.includes(input))).toEqual([]);
    const file = step?.with?.['config']?.replace('pg-roundtrip/', '') ?? '';
    expect(files).toContain(file);
    const environment = Object.fromEntries(Object.keys(step?.env ?? {}).map(key => [key, exampleOf(key)]));
    const { steps: declared } = parse(readFileSync(join(folder, name, file), 'utf8'), environment);
    expect(declared.map(({ kind }) => kind)).toContain('verify');
  });

  it('is found sound by actionlint, where that is installed', async context => {
    const found = await promisify(execFile)('actionlint', [join(folder, name, 'workflow.yml')]).catch(
      (error: NodeJS.ErrnoException & { readonly stdout?: string }) => error,
    );
    if ('code' in found && found.code === 'ENOENT') context.skip();
    expect(found.stdout).toBe('');
  });
});

it('the list of examples names each of them', () => {
  const text = readFileSync(join(folder, 'README.md'), 'utf8');
  expect([...text.matchAll(/^\| \[([\w-]+)\]\(\1\) \|/gm)].map(([, name]) => name)).toEqual(
    expect.arrayContaining(names),
  );
});
