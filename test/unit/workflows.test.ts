import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly needs?: string | readonly string[];
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = '.github/workflows';
const files = readdirSync(folder).map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
const workflows = files.map(({ name, text }) => ({ name, workflow: parse(text) as Workflow }));
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ name: `${name} ${id}`, job })),
);
const steps = jobs.flatMap(({ name, job }) => job.steps.map(step => ({ name, step })));

it('there are the workflows that the project promises', () => {
  const promised = ['check-dist.yml', 'release.yml', 'self-test.yml', 'test.yml'];
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(promised));
});

describe.each(workflows)('$name', ({ workflow }) => {
  it('gives no permission by default', () => {
    expect(workflow.permissions).toEqual({});
  });

  it('is run once at a time', () => {
    expect(workflow.concurrency).toBeDefined();
  });

  it('never runs with the rights of the repository on what others wrote', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(Object.keys(workflow.on)).not.toContain('workflow_run');
  });
});

describe.each(jobs)('$name', ({ job }) => {
  it('names its permissions and ends by itself', () => {
    expect(job.permissions).toBeDefined();
    expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
  });
});

it('a job that may write runs no code of the repository or of its packages, and waits for one that did and may not', () => {
  const writing = jobs.filter(({ job }) => Object.values(job.permissions ?? {}).includes('write'));
  expect(writing.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['release.yml attest', 'release.yml publish']),
  );
  const careless = writing.filter(
    ({ job }) => job.needs === undefined || job.steps.some(({ run = '' }) => /\b(?:npm|npx|node)\s/.test(run)),
  );
  expect(careless.map(({ name }) => name)).toEqual([]);
});

it('every action is pinned by its full commit, with its version beside it', () => {
  for (const { name, text } of files) {
    const uses = text.split('\n').filter(line => /^\s*(?:- )?uses:/.test(line) && !line.endsWith('uses: ./'));
    const loose = uses.filter(line => !/uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line));
    expect({ name, loose }).toEqual({ name, loose: [] });
  }
  // No `uses` can hide from the pattern above in another way of writing it.
  const named = steps.flatMap(({ step }) => step.uses ?? []);
  expect(named.filter(name => !/^\.\/$|^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/.test(name))).toEqual([]);
});

it('one action has one version everywhere', () => {
  const pins = new Set(steps.flatMap(({ step }) => step.uses ?? []));
  const names = [...pins].map(pin => pin.split('@')[0]);
  expect(names).toEqual([...new Set(names)]);
});

it('no checkout keeps a token, and no expression becomes a part of a script', () => {
  const checkouts = steps.filter(({ step }) => step.uses?.startsWith('actions/checkout@'));
  expect(checkouts.filter(({ step }) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  expect(steps.filter(({ step }) => step.run?.includes('${{'))).toEqual([]);
});
