import { describe, expect, test } from 'vitest';
import { readArchive } from '../../../../src/client/sealed/ar.ts';
import { makeAr } from './crafted-package.ts';

const sample = makeAr([
  ['debian-binary', Buffer.from('2.0\n')],
  ['odd/', Buffer.from('abc')],
  ['data.tar.xz', Buffer.from('content')],
]);

describe('readArchive', () => {
  test('reads members at even offsets, and names with the slash of GNU ar', () => {
    const members = readArchive(sample).map(({ name, bytes }) => [name, bytes.toString()]);
    expect(members).toEqual([
      ['debian-binary', '2.0\n'],
      ['odd', 'abc'],
      ['data.tar.xz', 'content'],
    ]);
  });

  test.each([
    ['nothing', Buffer.alloc(0), 'it is no ar archive'],
    ['something else', Buffer.from('<!DOCTYPE html><html>'), 'it is no ar archive'],
    ['a cut content', sample.subarray(0, sample.length - 3), 'the ar archive ends within data.tar.xz'],
    ['a cut header', sample.subarray(0, 8 + 60 + 4 + 30), 'the ar archive has no member header at byte 72'],
    ['a size that is no number', replaceAt(sample, 8 + 48, '-1'), 'the ar archive has no member header at byte 8'],
    ['a size beyond the end', replaceAt(sample, 8 + 48, '9999999999'), 'the ar archive ends within debian-binary'],
    ['trailing bytes', Buffer.concat([sample, Buffer.from('\nmore')]), 'the ar archive has no member header'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readArchive(bytes)).toThrow(message);
  });
});

function replaceAt(bytes: Buffer, at: number, text: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(text, at, 'latin1');
  return copy;
}
