import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { NameColumn } from '../../../../src/verify/content/name-columns.ts';
import { renameInRows, renameInValue } from '../../../../src/verify/content/rename-in-rows.ts';
import { inPieces } from './streams.ts';

const renames = [
  { from: 'app', to: 'New App', spelled: '"New App"' },
  { from: 'Old "Ä"', to: 'plain', spelled: 'plain' },
];

describe('a value', () => {
  test.each<[NameColumn['shape'], string, string]>([
    ['name', 'app.users', '"New App".users'],
    ['name', '"app"."users"', '"New App"."users"'],
    ['name', '"Old ""Ä""".t', 'plain.t'],
    ['name', 'app.f(app.mood,"Old ""Ä""".t[],integer)', '"New App".f("New App".mood,plain.t[],integer)'],
    ['name', 'app.===(integer,NONE)', '"New App".===(integer,NONE)'],
    ['name', 'apps.users', 'apps.users'],
    ['name', '"x app.y"', '"x app.y"'],
    ['name', 'users', 'users'],
    ['name', '-', '-'],
    ['name', '16384', '16384'],
    ['schema', 'app', '"New App"'],
    ['schema', '"Old ""Ä"""', 'plain'],
    ['schema', 'pg_catalog', 'pg_catalog'],
    ['list of names', '{app.users,NULL,pg_class}', '{"\\"New App\\".users",NULL,pg_class}'],
    ['list of names', '{{"\\"Old \\"\\"Ä\\"\\"\\".t"},{app.t}}', '{{plain.t},{"\\"New App\\".t"}}'],
    ['list of names', '[0:1]={app.a,app.b}', '[0:1]={"\\"New App\\".a","\\"New App\\".b"}'],
    ['list of names', '{}', '{}'],
    ['list of schemas', '{app,public}', '{"\\"New App\\"",public}'],
    ['nested', '(app.users,1)', '(app.users,1)'],
  ])('as %s: %s', (shape, value, renamed) => {
    expect(renameInValue(value, shape, renames)).toBe(renamed);
  });
});

test('rows keep all else, whatever pieces they come in', async () => {
  const rows = '1\tapp.t\tapp.t\n2\t\\N\tä\n3\t"a\\\\b\\t".t\tx\n4\tapp."n\\\\\\n"\t\n';
  const expected = '1\t"New App".t\tapp.t\n2\t\\N\tä\n3\t"a\\\\b\\t".t\tx\n4\t"New App"."n\\\\\\n"\t\n';
  for (const seed of [1, 2, 3]) {
    const renamed = renameInRows(inPieces(rows, seed), [{ index: 1, shape: 'name' }], renames, 'utf8');
    expect((await buffer(renamed)).toString()).toBe(expected);
  }
});

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

test('bytes of other encodings stay as they are', async () => {
  const rows = Buffer.from('app."\xe4\x85"\t\xa0\n', 'latin1');
  const renamed = await buffer(renameInRows(only(rows), [{ index: 0, shape: 'name' }], renames, 'latin1'));
  expect(renamed.toString('latin1')).toBe('"New App"."\xe4\x85"\t\xa0\n');
});
