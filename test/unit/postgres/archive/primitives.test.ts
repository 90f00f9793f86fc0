import { describe, expect, it } from 'vitest';
import { Cursor, integer, longestText, ShortRead, text } from '../../../../src/postgres/archive/primitives.ts';
import { integerBytes } from './archive-builder.ts';

const cursorOf = (bytes: Buffer, size = bytes.length) =>
  new Cursor({ file: 'x.dump', size, first: 0, bytes, part: 'the header' }, 0);

describe('integer', () => {
  it.each([
    [0, 4],
    [1, 1],
    [-1, 4],
    [255, 2],
    [-256, 2],
    [65_536, 4],
    [-70_000, 8],
    [2 ** 31 - 1, 4],
    [-(2 ** 31), 4],
    [2 ** 31 - 1, 8],
  ])('reads %i in %i bytes', (value, size) => {
    const cursor = cursorOf(integerBytes(value, size));
    expect(integer(cursor, size, 'f')).toBe(value);
    expect(cursor.remaining).toBe(0);
  });

  it('knows no negative zero', () => {
    expect(integer(cursorOf(Buffer.from([1, 0, 0, 0, 0])), 4, 'f')).toBe(0);
  });

  it.each([
    ['a sign of 2', Buffer.from([2, 0, 0, 0, 0]), /sign must be 0 or 1, not 2/],
    ['2³¹', integerBytes(2 ** 31), /beyond 32 bits/],
    [
      'a cut number',
      Buffer.from([0, 1, 2]),
      /in the header, field f, at byte 1: the file is cut off, it ends at byte 3/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => integer(cursorOf(bytes), 4, 'f')).toThrow(message);
  });

  it('asks for more where only the window ends', () => {
    expect(() => integer(cursorOf(Buffer.from([0, 1, 2]), 100), 4, 'f')).toThrow(new ShortRead(5));
  });
});

describe('text', () => {
  it.each([
    ['NULL', integerBytes(-1), undefined],
    ['an empty text', integerBytes(0), ''],
    ['bytes above 127 as they are', Buffer.concat([integerBytes(2), Buffer.from([0xc3, 0xa9])]), 'Ã©'],
  ])('reads %s', (_, bytes, value) => {
    expect(text(cursorOf(bytes), 4, 'f')).toBe(value);
  });

  it.each([
    ['a length of −2', integerBytes(-2), 10, /cannot be -2 bytes long/],
    ['a length beyond the file', integerBytes(1000), 500, /cut off, it ends at byte 500/],
    ['a length beyond belief in a huge file', integerBytes(longestText + 1), 2 ** 40, /cannot be 67108865 bytes long/],
    ['a zero byte', Buffer.concat([integerBytes(2), Buffer.from([65, 0])]), 7, /at byte 0: the text holds a zero byte/],
  ])('refuses %s', (_, bytes, size, message) => {
    expect(() => text(cursorOf(bytes, size), 4, 'f')).toThrow(message);
  });
});
