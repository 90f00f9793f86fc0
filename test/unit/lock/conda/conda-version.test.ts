import { describe, expect, test } from 'vitest';
import { compareCondaVersions, startsWith } from '../../../../scripts/lock/conda/conda-version.ts';
import { parseMatchSpec } from '../../../../scripts/lock/conda/match-spec.ts';

/** The order that conda's own documentation of versions gives. */
const order = [
  '0.4',
  '0.4.1.rc',
  '0.4.1',
  '0.5a1',
  '0.5b3',
  '0.5C1',
  '0.5',
  '0.9.6',
  '0.960923',
  '1.0',
  '1.1dev1',
  '1.1a1',
  '1.1.dev1',
  '1.1.a1',
  '1.1.0rc1',
  '1.1.0',
  '1.1.0post1',
  '1.1post1',
  '1.10',
  '10.0.26100.0',
  '1996.07.12',
  '1!0.4.1',
  '1!3.1.1.6',
  '2!0.4.1',
];

describe('the order of versions', () => {
  test("is conda's", () => {
    for (const [left, first] of order.entries())
      for (const [right, second] of order.entries())
        expect([first, second, Math.sign(compareCondaVersions(first, second))]).toEqual([
          first,
          second,
          Math.sign(left - right),
        ]);
  });

  test.each([
    ['0.4', '0.4.0'],
    ['0.4.1.rc', '0.4.1.RC'],
    ['1.1.0dev1', '1.1.dev1'],
    ['1.0_1', '1.0.1'],
  ])('has %s and %s at one place', (left, right) => {
    expect(compareCondaVersions(left, right)).toBe(0);
  });

  test('puts a local version behind', () => {
    expect(compareCondaVersions('1.0', '1.0+1')).toBeLessThan(0);
    expect(compareCondaVersions('1.0+2', '1.0+10')).toBeLessThan(0);
  });

  test.each(['', '1 0', 'a!1', '1+2+3', '1@2'])('has no place for %j', version => {
    expect(() => compareCondaVersions(version, '1')).toThrow('is no version');
  });

  test.each<[string, string, boolean]>([
    ['1.2', '1.2', true],
    ['1.2.3', '1.2', true],
    ['1.2b1', '1.2', true],
    ['1.20', '1.2', false],
    ['17.10', '17', true],
    ['1', '1.0', true],
    ['1.2rc1', '1.2r', true],
    ['1!1.2', '1.2', false],
  ])('lets %s begin with %s: %s', (version, beginning, expected) => {
    expect(startsWith(version, beginning)).toBe(expected);
  });
});

describe('a dependency', () => {
  test.each<[string, string, string, boolean]>([
    ['krb5', '1.21.3', 'h1_0', true],
    ['krb5 *', '1.21.3', 'h1_0', true],
    ['krb5 >=1.21.3,<1.22.0a0', '1.21.3', 'h1_0', true],
    ['krb5 >=1.21.3,<1.22.0a0', '1.22.0', 'h1_0', false],
    ['krb5 >=1.21.3,<1.22.0a0', '1.22.0a1', 'h1_0', false],
    ['krb5 >= 1.21.3, < 1.22', '1.21.4', 'h1_0', true],
    ['krb5>=1.21', '1.20', 'h1_0', false],
    ['krb5 1.21.*', '1.21.3', 'h1_0', true],
    ['krb5 1.21.*', '1.210', 'h1_0', false],
    ['krb5 1.21*', '1.21.3', 'h1_0', true],
    ['krb5 =1.21', '1.21.3', 'h1_0', true],
    ['krb5 1.21', '1.21.3', 'h1_0', false],
    ['krb5 ==1.21.3', '1.21.3', 'h1_0', true],
    ['krb5 1.21.3 h1_0', '1.21.3', 'h1_0', true],
    ['krb5 1.21.3 h1_0', '1.21.3', 'h2_0', false],
    ['krb5 1.21.* *_0', '1.21.3', 'h1_0', true],
    ['krb5 1.21.* *_0', '1.21.3', 'h1_10', false],
    ['krb5 * h1*', '1.21.3', 'h1_0', true],
    ['krb5 1.20.*|>=1.21.3,<2', '1.21.3', 'h1_0', true],
    ['krb5 1.20.*|>=1.22', '1.21.3', 'h1_0', false],
    ['krb5 !=1.21.3', '1.21.3', 'h1_0', false],
    ['krb5 !=1.21.*', '1.21.3', 'h1_0', false],
    ['krb5 >=1.21.*', '1.21.3', 'h1_0', true],
    ['krb5 ~=1.21.2', '1.21.3', 'h1_0', true],
    ['krb5 ~=1.21.2', '1.22', 'h1_0', false],
    ['krb5 >1.21.3', '1.21.3', 'h1_0', false],
    ['krb5 <=1.21.3', '1.21.3', 'h1_0', true],
  ])('%s of %s %s: %s', (text, version, build, expected) => {
    const spec = parseMatchSpec(text);
    expect([spec.name, spec.matches({ version, build })]).toEqual(['krb5', expected]);
  });

  test.each([
    '',
    'krb5[version=1]',
    'conda-forge::krb5',
    'krb5 (1.2|1.3)',
    'krb5 ^1.*$',
    'krb5 1 2 3',
    'krb5 >=',
    'krb5@1',
  ])('that is written as %j is refused, not guessed', text => {
    expect(() => parseMatchSpec(text)).toThrow();
  });
});
