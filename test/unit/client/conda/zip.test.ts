import { describe, expect, test } from 'vitest';
import { readStoredMembers } from '../../../../src/client/conda/zip.ts';
import { makeZip } from './crafted-conda.ts';

const members = [
  ['metadata.json', Buffer.from('{}')],
  ['pkg.tar.zst', Buffer.alloc(3000, 7)],
  ['empty', Buffer.alloc(0)],
] as const;

/** The archive with one field of the first entry of its directory changed. */
function altered(offset: number, value: number, bytes: 2 | 4): Buffer {
  const zip = makeZip(members);
  const entry = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  zip.writeUIntLE(value, entry + offset, bytes);
  return zip;
}

describe('a zip archive', () => {
  test.each([
    ['as usual', makeZip(members)],
    ['with the sizes of ZIP64', makeZip(members, { large: true })],
    ['with a comment', Buffer.concat([makeZip(members), Buffer.from('a comment')])],
  ])('%s gives its members', (_, bytes) => {
    expect(readStoredMembers(bytes).map(one => [one.name, one.bytes])).toEqual(members.map(one => [...one]));
  });

  test.each<[string, Buffer, string]>([
    ['that is none', Buffer.alloc(100), 'no zip archive'],
    ['that is empty', Buffer.alloc(0), 'no zip archive'],
    ['that was cut off at its end', makeZip(members).subarray(0, -1), 'no zip archive'],
    ['that was cut off at its beginning', makeZip(members).subarray(10), 'no '],
    ['with a compressed member', makeZip(members, { method: 8 }), 'not simply stored'],
    ['with an encrypted member', altered(8, 1, 2), 'not simply stored'],
    ['with two sizes', altered(24, 1, 4), 'two sizes'],
    ['with a member that is longer than the archive', altered(20, 0x7fffffff, 4), 'two sizes'],
    ['with a member beyond its end', altered(42, 0x7fffffff, 4), 'no header of metadata.json'],
    ['with a name that is longer than the directory', altered(28, 0xffff, 2), 'cut off'],
    ['with sizes that are nowhere', altered(42, 0xffffffff, 4), 'no header of metadata.json'],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => readStoredMembers(bytes)).toThrow(message);
  });

  test('with a size that reaches into the directory is refused', () => {
    const zip = makeZip([['one', Buffer.from('x')]]);
    const entry = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    for (const field of [20, 24]) zip.writeUInt32LE(60, entry + field);
    expect(() => readStoredMembers(zip)).toThrow('ends within one');
  });
});
