import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { themes } from '../../../src/errors/catalogue.ts';
import {
  asRoundtripError,
  catalogue,
  type ErrorCode,
  fault,
  type Problem,
  RoundtripError,
  throwProblems,
} from '../../../src/errors.ts';

const source = join(import.meta.dirname, '../../../src');
const codes = Object.keys(catalogue) as readonly ErrorCode[];
const allThemes = themes.flatMap(({ entries }) => Object.keys(entries));

/** Codes that stand as a string anywhere in the source but in the catalogue. */
function codesIn(folder: string): ReadonlySet<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts'));
  const named = files.flatMap(path => readFileSync(join(folder, path), 'utf8').match(/'PGR\d+'/g) ?? []);
  return new Set(named.map(code => code.slice(1, -1)));
}

describe('the catalogue', () => {
  test('has codes of three digits in order, each once', () => {
    expect(codes.filter(code => !/^PGR[1-9]\d\d$/.test(code))).toEqual([]);
    expect(allThemes).toEqual([...new Set(allThemes)].toSorted((left, right) => (left < right ? -1 : 1)));
    expect(codes).toEqual(allThemes);
  });

  test('has a code for every error that the source makes, and no other', () => {
    const used = codesIn(source);
    expect(codes.filter(code => !used.has(code))).toEqual([]);
    expect([...used].filter(code => !codes.some(known => known === code))).toEqual([]);
  });

  test('says what each means, once, what causes it and what to do', () => {
    const meanings = codes.map(code => catalogue[code].meaning);
    expect(new Set(meanings).size).toBe(codes.length);
    for (const meaning of meanings) expect(meaning).toMatch(/^[a-z].*[^.]$/);
    for (const { causes, remedy } of codes.map(code => catalogue[code])) {
      expect(causes).toMatch(/^[A-Z`].*\.$/);
      expect(remedy).toMatch(/^[A-Z`].*\.$/);
    }
  });

  test.each([
    [/^PGR3/, [3]],
    [/^PGR5/, [5]],
    [/^PGR6/, [130]],
    [/^PGR9/, [1]],
  ] as const)('ends what matches %s with %j', (group, exits) => {
    const found = codes.filter(code => group.test(code)).map(code => catalogue[code].exit);
    expect([...new Set(found)]).toEqual(exits);
  });
});

const first: Problem = { code: 'PGR123', message: 'one', remedy: 'do one', at: { file: 'f', line: 1, column: 2 } };
const second: Problem = { code: 'PGR160', message: 'two', remedy: 'do two' };

describe('an error', () => {
  test('carries one problem', () => {
    const cause = new Error('cause');
    const error = fault('PGR160', 'what', 'do', cause);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'RoundtripError', message: 'PGR160 what', code: 'PGR160', exitCode: 4, cause });
    expect(error.problems).toEqual([{ code: 'PGR160', message: 'what', remedy: 'do' }]);
  });

  test('carries several, of which the first counts', () => {
    const error = new RoundtripError([first, second]);
    expect(error).toMatchObject({ message: 'PGR123 one\nPGR160 two', code: 'PGR123', exitCode: 2 });
    expect(error.problems).toEqual([first, second]);
  });

  test('is thrown for problems where there are any', () => {
    expect(() => throwProblems([first, second])).toThrow(new RoundtripError([first, second]));
    expect(() => throwProblems([])).not.toThrow();
  });
});

describe('what is thrown by accident', () => {
  test.each([
    [new TypeError('x is undefined'), 'unexpected failure: x is undefined'],
    ['text', 'unexpected failure: text'],
    [undefined, 'unexpected failure: undefined'],
    [null, 'unexpected failure: null'],
  ])('%s is a defect of ours', (thrown, message) => {
    const error = asRoundtripError(thrown);
    expect(error.code).toBe('PGR900');
    expect(error.problems[0].message).toBe(message);
    expect(error.cause).toBe(thrown);
  });

  test.each([
    ['ENOSPC', 'PGR220'],
    ['EDQUOT', 'PGR220'],
    ['EACCES', 'PGR221'],
    ['EROFS', 'PGR221'],
    ['ENOENT', 'PGR221'],
    ['EIO', 'PGR221'],
  ])('%s of the system is told as what it is', (code, expected) => {
    const thrown = Object.assign(new Error(`${code}: some words, open '/out/x'`), {
      code,
      errno: -1,
      syscall: 'open',
      path: '/out/x',
    });
    const error = asRoundtripError(thrown);
    expect(error.code).toBe(expected);
    expect(error.problems[0].message).toContain('/out/x');
    expect(error.cause).toBe(thrown);
  });

  test('a full disk is one also where no path is known', () => {
    const thrown = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    expect(asRoundtripError(thrown).code).toBe('PGR220');
  });

  test.each([
    ['a program that cannot be started', { code: 'ENOENT', syscall: 'spawn /x', path: '/x' }],
    ['a connection that is lost', { code: 'ECONNRESET', syscall: 'read' }],
    ['an error of Node', { code: 'ERR_INVALID_ARG_TYPE' }],
  ])('%s is no failure of a file', (_, facts) => {
    expect(asRoundtripError(Object.assign(new Error('x'), facts)).code).toBe('PGR900');
  });

  test('an error on purpose stays what it is', () => {
    const error = fault('PGR160', 'what', 'do');
    expect(asRoundtripError(error)).toBe(error);
  });
});
