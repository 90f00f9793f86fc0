import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { declaredFile } from '../../../src/config/declaration/file.ts';
import type { Kind } from '../../../src/config/schema/kind.ts';
import { diagnoses } from '../../../src/diagnosis/catalogue.ts';
import type { About } from '../../../src/diagnosis/model.ts';
import { hear } from '../../../src/diagnosis/said.ts';
import { optionNamed } from '../../../src/postgres/options/model.ts';
import { pgDump } from '../../../src/postgres/options/pg-dump.ts';

/** What stands in backticks in a way out, and is no key of the declared file. */
const sql = /^(?:ALTER|CREATE|GRANT|REINDEX|SELECT|WITH SET) /;
const commands = /^(?:psql|pg_restore|pg-roundtrip) /;
const words = new Set(['pg_stat_activity', '-pooler', 'localhost']);

const samples = ['x', 'schema "x"', '1.16', '1.14', 'large object 1', ''];
const programs = ['pg_dump', 'pg_restore', 'psql'] as const;

/** Every way out, in every form that depends on what is known. */
const fixes = diagnoses.flatMap(({ kind, fix }) =>
  samples.flatMap(captured =>
    programs.flatMap(program =>
      [true, false].flatMap(held =>
        [`${program}: error: x`, `${program}: error: x: ERROR:  y\nCONTEXT:  SQL function "f"`].map(text => {
          const said = hear({ level: 'error', text });
          const about: About = { program, said, user: 'ann', database: 'app', entry: undefined, held };
          return { kind, fix: fix(captured, about) };
        }),
      ),
    ),
  ),
);

const spans = [...new Set(fixes.flatMap(({ fix }) => Array.from(fix.matchAll(/`([^`]+)`/g), ([, span = '']) => span)))];

/** The kinds of every key, by its name, wherever it stands. */
const keys = new Map<string, Kind<unknown>[]>();
collect(declaredFile);
function collect(kind: Kind<unknown>): void {
  const { shape } = kind;
  if (shape.form === 'list') collect(shape.item);
  if (shape.form === 'record') collect(shape.value);
  if (shape.form === 'object') for (const [key, field] of Object.entries(shape.fields)) add(key, field.kind);
  if (shape.form === 'one-key') for (const [key, one] of Object.entries(shape.cases)) add(key, one.kind);
}
function add(key: string, kind: Kind<unknown>): void {
  const known = keys.get(key) ?? [];
  if (known.includes(kind)) return;
  keys.set(key, [...known, kind]);
  collect(kind);
}

/** What is wrong with a value under a key; the way leads through objects as far as the text does. */
function faults(key: string, value: unknown, kinds: readonly Kind<unknown>[] = keys.get(key) ?? []): readonly string[] {
  if (kinds.length === 0) return [`no key ${key}`];
  if (key === 'flags') {
    const given = Object.keys(Object(value));
    return given.filter(flag => optionNamed(pgDump, flag)?.status.kind !== 'free').map(flag => `no option ${flag}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([inner, more]) => {
      const inside = kinds.flatMap(({ shape }) =>
        shape.form === 'object' && Object.hasOwn(shape.fields, inner) ? [shape.fields[inner]?.kind ?? []].flat() : [],
      );
      return faults(inner, more, inside);
    });
  }
  return [value]
    .flat()
    .filter((one): one is string => typeof one === 'string' && /^[a-z-]+$/.test(one))
    .flatMap(one => {
      const schemas = kinds.map(({ schema }) => JSON.stringify(schema));
      const limited = schemas.filter(schema => schema.includes('"enum"') && !schema.includes('"type":"string"'));
      return limited.length === 0 || limited.some(schema => schema.includes(`"${one}"`)) ? [] : [`${key}: ${one}`];
    });
}

test('every key and value that a way out names is one of the declared file', () => {
  const named = spans.filter(span => !sql.test(span) && !commands.test(span) && !words.has(span));
  expect(named.length).toBeGreaterThan(25);
  const wrong = named.flatMap(span => {
    if (/^[a-z-]+$/.test(span)) return keys.has(span) ? [] : [span];
    if (/^[a-z-]+\.[a-z-]+$/.test(span)) {
      const [outer = '', inner = ''] = span.split('.');
      return faults(outer, { [inner]: 1 });
    }
    const parsed: unknown = parse(span);
    if (typeof parsed !== 'object' || parsed === null) return [span];
    return Object.entries(parsed).flatMap(([key, value]) => faults(key, value));
  });
  // `auto` is a value.
  expect(wrong.filter(span => span !== 'auto')).toEqual([]);
});

test('a key that does not exist would be found', () => {
  expect(faults('exclude', { 'table-date': 'x' })).toEqual(['no key table-date']);
  expect(faults('format', 'folder')).toEqual(['format: folder']);
  expect(faults('exclude', { kind: ['comments', 'remarks'] })).toEqual(['kind: remarks']);
  expect(faults('flags', { 'no-such-option': true })).toEqual(['no option no-such-option']);
});

test('names are quoted wherever SQL is given', () => {
  for (const { fix: text } of fixes) expect(text).not.toMatch(/(?:TO|ROLE) ann/);
});
