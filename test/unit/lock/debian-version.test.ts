import { describe, expect, test } from 'vitest';
import { compareDebianVersions, upstreamVersion } from '../../../scripts/lock/debian-version.ts';

describe("Debian's order of versions", () => {
  test.each([
    ['1.0', '1.0', 0],
    ['1.0', '1.00', 0],
    ['1.0-0', '1.0', 0],
    ['0:1.0', '1.0', 0],
    ['1.9', '1.10', -1],
    ['1.2', '1.2.1', -1],
    ['1.2.1', '1.2a', 1],
    ['1:1.0', '2.0', 1],
    ['10:1', '9:2', 1],
    ['19~rc1-1', '19.0-1', -1],
    ['19~beta2-1', '19~rc1-1', -1],
    ['1.0~~', '1.0~', -1],
    ['1.0~', '1.0', -1],
    ['1.0a', '1.0+', -1],
    ['1.0z', '1.0-1', 1],
    ['17.11-0+deb13u1', '17.12-0+deb13u1', -1],
    ['17.12-1.pgdg12+1', '17.12-0+deb12u1', 1],
    ['2.31-13+deb11u9', '2.31-13+deb11u14', -1],
    ['1.0-1-2', '1.0-1', 1],
    ['20261122000000000000001', '20261122000000000000002', -1],
  ])('%s against %s is %i', (left, right, order) => {
    expect(Math.sign(compareDebianVersions(left, right))).toBe(order);
    expect(Math.sign(compareDebianVersions(right, left))).toBe(order === 0 ? 0 : -order);
  });

  test.each([
    ['17.11-0+deb13u1', '17.11'],
    ['1:1.2-3-4', '1.2-3'],
    ['1.2', '1.2'],
  ])('the upstream version of %s is %s', (version, upstream) => {
    expect(upstreamVersion(version)).toBe(upstream);
  });
});
