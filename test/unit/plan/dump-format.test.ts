import { expect, test } from 'vitest';
import { dumpStep, lastStep, type World } from './contexts.ts';

const sizes = { tables: 2_000, bytes: 2_000 * 20_000 };
const here: World['parameters'] = { hosts: [{ host: 'localhost', address: undefined, port: 5432 }] };
const auto = (changes: Parameters<typeof dumpStep>[0] = {}) => [dumpStep({ format: 'auto', ...changes })];
const aSchema = { schema: ['x'], table: [], 'table-data': [] };

test.each<[string, World, 'custom' | 'directory']>([
  ['many small tables', { steps: auto(), sizes }, 'custom'],
  ['sizes that are not known', { steps: auto() }, 'directory'],
  ['a server elsewhere', { steps: auto(), sizes, parameters: {} }, 'directory'],
  ['another database', { steps: auto({ databases: ['other'] }), sizes }, 'directory'],
  ['several databases', { steps: auto({ databases: ['own', 'other'] }), sizes }, 'directory'],
  ['a part of the database', { steps: auto({ exclude: aSchema }), sizes }, 'directory'],
  ['definitions alone', { steps: auto({ options: { 'schema-only': true } }), sizes }, 'directory'],
  ['jobs as asked', { steps: auto({ jobs: 2 }), sizes }, 'directory'],
  ['a format as asked', { steps: [dumpStep()], sizes }, 'directory'],
])('%s', (_name, world, format) => {
  const matches = { own: ['own'], other: ['other'] };
  const { options, databases, notes } = lastStep('dump', { parameters: here, matches, ...world });
  const ending = { custom: 'dump', directory: 'dir' }[format];
  expect(options.format).toBe(format);
  for (const { name, path } of databases) expect(path).toBe(`${name}.${ending}`);
  const told = notes.filter(note => note.startsWith('format '));
  expect(told.map(note => note.includes('2,000 tables of 20.0 kB'))).toEqual(format === 'custom' ? [true] : []);
});
