import { describe, expect, test } from 'vitest';
import { declaredFile, step } from '../../../../src/config/declaration/file.ts';
import type { Fields, Kind } from '../../../../src/config/schema/kind.ts';
import { optionNamed, type ToolName } from '../../../../src/postgres/options/model.ts';
import { tools } from '../../../../src/postgres/options/tools.ts';

const steps: Readonly<Record<ToolName, 'dump' | 'restore'>> = {
  pg_dump: 'dump',
  pg_dumpall: 'dump',
  pg_restore: 'restore',
  psql: 'restore',
};

describe.each(Object.values(tools))('$name', ({ name, options, spellings }) => {
  test('has each option and each letter once', () => {
    const names = options.map(option => option.name);
    const letters = options.flatMap(option => option.letter ?? []);
    expect(names).toEqual([...new Set(names)]);
    expect(letters).toEqual([...new Set(letters)]);
  });

  test('says in one sentence what each does', () => {
    for (const { help } of options) expect(help).toMatch(/^[A-Z].*\.$/);
  });

  test('gives reasons that complete a sentence', () => {
    const reasons = options.flatMap(({ status }) => (status.kind === 'refused' ? [status.reason] : []));
    expect(reasons.filter(reason => !/^[a-z].*[^.]$/.test(reason))).toEqual([]);
  });

  test('names only keys that exist', () => {
    const own = keysOf(caseOf(steps[name]));
    const all = keysOf(declaredFile);
    const missing = options.filter(({ status }) => {
      if (status.kind === 'owned') return !own.includes(status.key);
      return status.kind === 'elsewhere' && !all.includes(status.key);
    });
    expect(missing.map(({ name: option, status }) => ({ option, status }))).toEqual([]);
  });

  test('leaves to `flags` only what has no key of its own', () => {
    const own = keysOf(caseOf(steps[name]));
    const doubled = options.filter(option => option.status.kind === 'free' && own.includes(option.name));
    // Who adds a key for an option says so in the table: `owned('the-key')`.
    expect(name === 'pg_dumpall' ? [] : doubled.map(option => option.name)).toEqual([]);
  });

  test('knows what other spellings stand for', () => {
    for (const spelling of Object.keys(spellings)) expect(optionNamed(tools[name], spelling)).toBeDefined();
    expect(optionNamed(tools[name], 'constructor')).toBeUndefined();
  });
});

function caseOf(kind: 'dump' | 'restore'): Kind<unknown> {
  const found = step.shape.form === 'one-key' ? step.shape.cases[kind] : undefined;
  if (found === undefined) throw new Error(`no step ${kind}`);
  return found.kind;
}

/** Every key within a kind, by its path. */
function keysOf({ shape }: Kind<unknown>, path: readonly string[] = []): readonly string[] {
  if (shape.form === 'record') return keysOf(shape.value, [...path, shape.name]);
  const fields: Fields = shape.form === 'object' ? shape.fields : {};
  return Object.entries(fields).flatMap(([key, { kind }]) => [
    [...path, key].join('.'),
    ...keysOf(kind, [...path, key]),
  ]);
}
