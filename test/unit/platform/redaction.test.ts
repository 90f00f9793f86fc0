import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/platform/redaction.ts';
import { writtenForms } from '../../../src/secret.ts';

function hiding(...values: readonly string[]) {
  const redactor = createRedactor();
  for (const value of values) redactor.mask(value);
  return (text: string) => redactor.apply(text);
}

describe('a redactor', () => {
  it('leaves text alone as long as nothing is hidden', () => {
    expect(createRedactor().apply('correct horse')).toBe('correct horse');
  });

  it.each([
    ['alone', ['correct horse'], 'correct horse', '***'],
    ['in the middle', ['correct horse'], 'user:correct horse@host', 'user:***@host'],
    ['several times', ['horse'], 'horse, horse and cow', '***, *** and cow'],
    ['across a line end', ['first line\nsecond line'], 'a first line\nsecond line z', 'a *** z'],
    ['one line of several', ['first line\nsecond line'], 'a second line z', 'a *** z'],
    ['signs of regular expressions', ['a.b*(c)[d]^$|\\'], 'is a.b*(c)[d]^$|\\ it', 'is *** it'],
    ['the longer of two that start alike', ['horse', 'horseshoe'], 'a horseshoe', 'a ***'],
    ['the tail of one that overlaps another', ['horses', 'sesame'], 'a horsesame z', 'a *** z'],
    ['two side by side', ['horse', 'sesame'], 'horsesesame', '***'],
    ['not what merely looks alike', ['a.b.c'], 'axbxc', 'axbxc'],
    ['not what is too short to hide', ['abc'], 'abc', 'abc'],
  ])('hides %s', (_, values, text, expected) => {
    expect(hiding(...values)(text)).toBe(expected);
  });

  it('hides every written form', () => {
    const password = 'p:a\\s@s%w/#?\'"é!()*';
    const apply = hiding(password);
    for (const form of writtenForms(password)) expect(apply(`<${form}>`)).toBe('<***>');
  });

  it('goes on hiding earlier values when more are added', () => {
    expect(hiding('horse', 'battery')('horse and battery')).toBe('*** and ***');
  });
});
