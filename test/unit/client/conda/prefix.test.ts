import { expect, test } from 'vitest';
import { replacePrefix } from '../../../../src/client/conda/prefix.ts';

const placeholder = '/opt/placeholder';

test.each<[string, 'text' | 'binary', string, string, string]>([
  ['text', 'text', `a=${placeholder}/lib b=${placeholder}`, '/x', 'a=/x/lib b=/x'],
  ['a text that gets longer', 'text', `${placeholder}!`, '/a/very/long/folder/name', '/a/very/long/folder/name!'],
  ['a folder with signs of its own', 'text', placeholder, '/x/$&/ä', '/x/$&/ä'],
  ['a binary', 'binary', `A${placeholder}/lib\0B`, '/x', `A/x/lib${'\0'.repeat(14)}\0B`],
  ['a binary with two in one text', 'binary', `${placeholder}:${placeholder}\0B`, '/x', `/x:/x${'\0'.repeat(28)}\0B`],
  [
    'a binary with two texts',
    'binary',
    `${placeholder}\0${placeholder}\0`,
    '/opt/same-length',
    '/opt/same-length\0/opt/same-length\0',
  ],
  ['a text without an end', 'binary', `B${placeholder}`, '/x', `B${placeholder}`],
  ['a binary without it', 'binary', 'A\0B', '/x', 'A\0B'],
])('the folder takes its place in %s', (_, mode, before, prefix, after) => {
  expect(replacePrefix(Buffer.from(before), { placeholder, mode }, prefix).toString()).toBe(after);
});

test('bytes that are no text stay as they are', () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0x80]), Buffer.from(`${placeholder}\0`), Buffer.from([0xc3])]);
  const after = replacePrefix(bytes, { placeholder, mode: 'binary' }, '/ü');
  expect(after.length).toBe(bytes.length);
  expect([...after.subarray(0, 6)]).toEqual([0xff, 0xfe, 0x80, 0x2f, 0xc3, 0xbc]);
  expect(after.at(-1)).toBe(0xc3);
});

test('a folder that is longer than the room in a binary is refused', () => {
  const act = () => replacePrefix(Buffer.from(`${placeholder}\0`), { placeholder, mode: 'binary' }, `${placeholder}2`);
  expect(act).toThrow('room for a path of 16 bytes');
});
