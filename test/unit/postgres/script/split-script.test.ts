import { describe, expect, test } from 'vitest';
import {
  createScriptSplitter,
  longestStatement,
  type ScriptPart,
} from '../../../../src/postgres/script/split-script.ts';

function split(text: string, piece = text.length): readonly ScriptPart[] {
  const parts: ScriptPart[] = [];
  const splitter = createScriptSplitter(part => parts.push(part));
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += Math.max(piece, 1)) splitter.write(bytes.subarray(at, at + piece));
  splitter.end();
  return parts;
}

const statements = (text: string, piece?: number) =>
  split(text, piece)
    .filter(({ kind }) => kind === 'statement')
    .map(part => part.text);

const scripts: readonly (readonly [string, string, readonly string[]])[] = [
  ['several', 'SELECT 1;\nSELECT 2;\n\nSELECT 3', ['SELECT 1', 'SELECT 2', 'SELECT 3']],
  ['a text', "SELECT ';', 'it''s; so';SELECT 2;", ["SELECT ';', 'it''s; so'", 'SELECT 2']],
  ['a backslash in a text', "SELECT '\\';SELECT 2;", ["SELECT '\\'", 'SELECT 2']],
  ['an escaped text', "SELECT E'\\';', e'a''b\\\\';SELECT 2;", ["SELECT E'\\';', e'a''b\\\\'", 'SELECT 2']],
  ['a name that ends in e', "SELECT tree'\\';SELECT 2;", ["SELECT tree'\\'", 'SELECT 2']],
  ['a name', 'SELECT "a;""b;$$";SELECT 2;', ['SELECT "a;""b;$$"', 'SELECT 2']],
  ['dollars', "DO $$ a; $b$ ; $$;SELECT $tag$ $$;' $tag$;", ['DO $$ a; $b$ ; $$', "SELECT $tag$ $$;' $tag$"]],
  ['a parameter', 'SELECT $1;SELECT a$b$;SELECT 3;', ['SELECT $1', 'SELECT a$b$', 'SELECT 3']],
  ['comments', "-- it's; so\nSELECT 1 -- it's; so\n + 1;", ["SELECT 1 -- it's; so\n + 1"]],
  ['commands', '\\restrict a;b\nSELECT 1;\n\\unrestrict a;b\n', ['SELECT 1']],
  [
    'rows',
    'COPY a.b (c) FROM stdin;\nit\'s; "so"\n-- $$\n\\.\nSELECT 1;COPY a (b) FROM stdin;\n\\.\nSELECT 2;',
    ['COPY a.b (c) FROM stdin', 'SELECT 1', 'COPY a (b) FROM stdin', 'SELECT 2'],
  ],
  [
    'rows that look like their end',
    'COPY a (b) FROM stdin;\n\\\\.\nx\\.\n\\.x\n\\.\nSELECT 1;',
    ['COPY a (b) FROM stdin', 'SELECT 1'],
  ],
  [
    'texts with escapes',
    "SET standard_conforming_strings = off;SELECT '\\';';SELECT 2;",
    ['SET standard_conforming_strings = off', "SELECT '\\';'", 'SELECT 2'],
  ],
];

test.each(scripts)('%s', (_what, text, expected) => {
  expect(statements(text)).toEqual(expected);
});

describe('in pieces', () => {
  const filler = `SELECT '${'x'.repeat(300)}';`;
  const text = scripts
    .map(([, script]) => `${script};${filler}`)
    .join('\n')
    .replace('= off', '= on');
  test.each([1, 2, 3, 7, 64, 131, 1_000])('of %i bytes they are the same', piece => {
    expect(split(text, piece)).toEqual(split(text));
  });
});

test('comments and commands are told apart', () => {
  expect(split('-- a\n\\connect b\n--\nSELECT 1;\n-- end')).toEqual([
    { kind: 'comment', text: '-- a' },
    { kind: 'command', text: '\\connect b' },
    { kind: 'comment', text: '--' },
    { kind: 'statement', text: 'SELECT 1' },
    { kind: 'comment', text: '-- end' },
  ]);
});

test('of a long statement the beginning is kept', () => {
  const [long, next] = statements(`SELECT '${'x'.repeat(3 * longestStatement)}';SELECT 2;`, 1_000);
  expect(long).toHaveLength(longestStatement);
  expect(next).toBe('SELECT 2');
});
