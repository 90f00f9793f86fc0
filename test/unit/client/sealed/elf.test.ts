import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../../../src/client/sealed/elf.ts';
import { makeElf } from './crafted-elf.ts';

describe('readElf', () => {
  test('reads what a program asks for', () => {
    const bytes = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', needed: ['libpq.so.5', 'libc.so.6'] });
    expect(readElf(bytes)).toEqual({
      architecture: 'amd64',
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      needed: ['libpq.so.5', 'libc.so.6'],
    });
  });

  test('reads a shared object of another processor that needs nothing', () => {
    expect(readElf(makeElf({ machine: 183 }))).toEqual({ architecture: 'arm64', interpreter: undefined, needed: [] });
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a script', Buffer.from('#!/bin/sh\n'.repeat(20))],
    ['32 bits', Buffer.from('\x7fELF\x01\x01'.padEnd(200, '\0'), 'latin1')],
    ['the other byte order', Buffer.from('\x7fELF\x02\x02'.padEnd(200, '\0'), 'latin1')],
    ['another processor', makeElf({ machine: 243 })],
  ])('refuses %s', (_, bytes) => {
    expect(() => readElf(bytes)).toThrow(/64-bit ELF|another kind of processor/);
  });

  test('refuses or reads every truncation and never crashes', () => {
    const whole = makeElf({ interpreter: '/lib/ld-linux-aarch64.so.1', needed: ['libz.so.1'] });
    for (let length = 0; length < whole.length - 16; length += 1) {
      expect(() => readElf(whole.subarray(0, length)), `${length} bytes`).toThrow(/no 64-bit ELF|outside of itself/);
    }
  });

  test('survives every flipped byte with an answer or a plain refusal', () => {
    const whole = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', needed: ['libpq.so.5', 'libc.so.6'] });
    for (let at = 0; at < whole.length; at += 1) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 0xff;
      const outcome = outcomeOf(() => readElf(flipped));
      expect(outcome, `byte ${at}`).toMatch(/^read$|no 64-bit ELF|another kind of processor|outside of itself/);
    }
  });

  test.skipIf(!hasReadelf())('agrees with readelf about the programs of this machine', () => {
    const files = ['/usr/bin', '/usr/lib/postgresql/15/bin'].flatMap(elfFiles).slice(0, 60);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files)
      expect({ file, ...readElf(readFileSync(file)) }).toMatchObject({ file, ...byReadelf(file) });
  });
});

function outcomeOf(body: () => unknown): string {
  try {
    body();
    return 'read';
  } catch (error) {
    return error instanceof RangeError ? 'a bare RangeError' : String(error);
  }
}

function hasReadelf(): boolean {
  try {
    execFileSync('readelf', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function elfFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .map(name => join(folder, name))
      .filter(file => statSync(file, { throwIfNoEntry: false })?.isFile())
      .filter(file => readFileSync(file).subarray(0, 5).toString('latin1') === '\x7fELF\x02');
  } catch {
    return [];
  }
}

function byReadelf(file: string): { readonly interpreter: string | undefined; readonly needed: readonly string[] } {
  const said = execFileSync('readelf', ['-W', '-d', '-l', file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return {
    interpreter: /program interpreter: ([^\]]+)\]/.exec(said)?.[1],
    needed: [...said.matchAll(/\(NEEDED\)\s+Shared library: \[([^\]]+)\]/g)].map(match => match[1] ?? ''),
  };
}
