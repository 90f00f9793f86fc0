import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summaryLimitBytes } from '../../src/platform/github-limits.ts';
import { logLines } from '../../src/platform/log-lines.ts';
import { type ActionRun, runAction } from '../support/action-runner.ts';
import { hostileTexts } from '../support/hostile-texts.ts';
import { readRunnerLog } from '../support/runner-log.ts';

const fixtures = join(import.meta.dirname, '../support/fixtures');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'platform-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Call = readonly [method: string, ...parameters: readonly unknown[]];

async function calling(calls: readonly Call[], event?: unknown): Promise<ActionRun> {
  const file = join(folder, 'calls.json');
  await writeFile(file, JSON.stringify(calls));
  const bundle = join(fixtures, 'use-platform.ts');
  return runAction({ entry: 'main', bundle, workspace: folder, temporary: folder, inputs: { calls: file }, event });
}

describe('hostile text on GitHub', () => {
  it('never acts, is shown all the same, and leaves commands working', async () => {
    const inputs = { texts: JSON.stringify(hostileTexts) };
    const bundle = join(fixtures, 'print-hostile.ts');
    const { log, exitCode } = await runAction({ entry: 'main', bundle, workspace: folder, temporary: folder, inputs });
    expect(exitCode).toBe(0);
    const sections = log.split(/^--- (?=\w+\n)/m).slice(1);
    expect(sections).toHaveLength(hostileTexts.length * 5);

    for (const [index, section] of sections.entries()) {
      const text = hostileTexts[Math.floor(index / 5)] ?? '';
      const way = section.slice(0, section.indexOf('\n'));
      const read = readRunnerLog(section.slice(way.length + 1));
      const lines = logLines(text);
      const shown = way === 'info' || way === 'foreign' ? lines : [];
      expect({ section, ...read }).toMatchObject({ section, stopped: false, commands: expectedCommands(way, lines) });
      expect(read.lines).toEqual(expect.arrayContaining([...shown]));
    }
  });
});

/** What each way of printing is meant to do: a group is a group and an annotation one annotation, with the text as data. */
function expectedCommands(way: string, lines: readonly string[]): readonly unknown[] {
  if (way === 'group') {
    return [
      { name: 'group', properties: {}, data: lines.join(' ') },
      { name: 'endgroup', properties: {}, data: '' },
    ];
  }
  if (way !== 'annotate') return [];
  return [{ name: 'warning', properties: expect.objectContaining({ title: lines.join(' ') }), data: lines.join('\n') }];
}

describe('the GitHub platform', () => {
  it('is told of its repository by the event', async () => {
    const { outputs } = await calling([], { repository: { private: false, visibility: 'public' } });
    expect(JSON.parse(outputs['platform'] ?? '')).toMatchObject({
      name: 'github',
      interactive: false,
      workspace: folder,
      temporary: folder,
      repository: { name: 'example/shop', visibility: 'public', maximumRetentionDays: 90 },
    });
  });

  it('masks every written form before it is printed, and hides it everywhere', async () => {
    const password = 'p:a\\s@s%w/#?\'"é!()*';
    const run = await calling([
      ['mask', password],
      ['info', `a ${password}`],
      ['foreign', [`b ${encodeURIComponent(password)}`]],
      ['annotate', 'error', password, password, { file: password, line: 1, column: 1 }],
      ['summary', `c ${password}`],
      ['output', 'url', `postgres://app:${encodeURIComponent(password)}@host/app`],
    ]);
    expect(run.masks).toEqual(expect.arrayContaining([password, encodeURIComponent(password)]));
    expect(run.outputs['url']).toBe('postgres://app:***@host/app');
    expect(run.summary).toBe('c ***\n');
    const shown = readRunnerLog(run.log);
    expect(shown.lines).toEqual(expect.arrayContaining(['a ***', 'b ***']));
    expect(JSON.stringify([shown.lines, shown.annotations])).not.toContain(JSON.stringify(password).slice(1, -1));
  });

  it('shows ten annotations of a kind and prints the rest', async () => {
    const warnings = Array.from(
      { length: 12 },
      (_, index) => ['annotate', 'warning', 'slow', `number ${index}`] as const,
    );
    const run = await calling([...warnings, ['annotate', 'error', 'broken', 'once']]);
    expect(run.annotations.map(annotation => annotation.level)).toEqual([...Array(10).fill('warning'), 'error']);
    expect(run.log).toContain('\nwarning: slow: number 10\nwarning: slow: number 11\n');
  });

  it('ties an annotation to a file of the workspace, and prints what is too long for one', async () => {
    const message = 'x'.repeat(5000);
    const run = await calling([
      ['annotate', 'error', 'unknown key', 'no', { file: join(folder, 'trips/trip.yml'), line: 3, column: 5 }],
      ['annotate', 'notice', '', message],
    ]);
    expect(run.commands[0]?.properties).toEqual({ title: 'unknown key', file: 'trips/trip.yml', line: '3', col: '5' });
    expect(run.annotations[1]?.message).toHaveLength(4096);
    expect(run.log).toContain(message);
  });

  it('cuts a summary that GitHub would refuse whole, also when it comes in parts', async () => {
    const part = 'größe 😀\n'.repeat(50_000);
    const { summary, exitCode } = await calling([
      ['summary', part],
      ['summary', part],
    ]);
    expect(exitCode).toBe(0);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(summaryLimitBytes);
    expect(Buffer.byteLength(summary)).toBeGreaterThan(summaryLimitBytes - 100);
    expect(summary.startsWith(part)).toBe(true);
    expect(summary).toContain('This summary is cut');
  });

  it('gives whole values of several lines as outputs', async () => {
    const value = 'first\n\nname<<END\nsecond=third\n::error::x';
    expect((await calling([['output', 'report', value]])).outputs['report']).toBe(value);
  });
});
