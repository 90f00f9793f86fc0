import { describe, expect, test } from 'vitest';
import { clientLine } from '../../../src/cli/clients-command.ts';
import { chooseClient } from '../../../src/client/choose.ts';
import type { Architecture, Lock, LockedSet, SetPlatform } from '../../../src/client/lock/lock.ts';
import { sealedClients, setsFor } from '../../../src/client/sealed-clients.ts';
import { refusalOf } from '../refusal.ts';

function set(platform: SetPlatform, architecture: Architecture): LockedSet {
  const file = {
    name: 'postgresql',
    version: '17.10',
    archive: 'conda-forge',
    path: 'p',
    bytes: 2_000_000,
    sha256: 'x',
  };
  const packages = [file] as LockedSet['packages'];
  return { product: 'client', major: 17, version: '17.10', platform, architecture, packages };
}

const lock: Lock = {
  schema: 1,
  takenAt: {},
  sets: [set('linux', 'amd64'), set('linux', 'arm64'), set('darwin', 'arm64'), set('win32', 'amd64')],
};

describe('the sets for a machine', () => {
  test.each<[NodeJS.Platform, NodeJS.Architecture, readonly string[]]>([
    ['linux', 'x64', ['linux amd64']],
    ['linux', 'arm64', ['linux arm64']],
    ['linux', 'ppc64', []],
    ['darwin', 'arm64', ['darwin arm64']],
    ['darwin', 'x64', []],
    ['win32', 'x64', ['win32 amd64']],
    // It runs what was built for the other processor too, and there is nothing else.
    ['win32', 'arm64', ['win32 amd64']],
    ['win32', 'ia32', []],
    ['freebsd', 'x64', []],
  ])('%s %s', (platform, architecture, expected) => {
    const found = setsFor(lock, 'client', { platform, architecture });
    expect(found.map(one => `${one.platform} ${one.architecture}`)).toEqual(expected);
  });

  test('lie in folders of their own', () => {
    const machines = [
      { platform: 'linux', architecture: 'arm64' },
      { platform: 'darwin', architecture: 'arm64' },
      { platform: 'win32', architecture: 'x64' },
    ] as const;
    const roots = machines
      .flatMap(machine => sealedClients(lock, machine, '/cache', undefined))
      .map(({ root }) => root);
    expect(new Set(roots).size).toBe(3);
  });

  test('are none where none is locked, and a run is told what to install', async () => {
    const clients = sealedClients(lock, { platform: 'darwin', architecture: 'x64' }, '/cache', undefined);
    expect(await refusalOf(() => chooseClient(clients, { kind: 'auto' }, 17))).toMatchObject({
      code: 'PGR151',
      remedy: expect.stringContaining('macOS: brew install postgresql@17'),
    });
  });
});

test.each<[NodeJS.Platform, NodeJS.Architecture, string]>([
  ['linux', 'x64', '17.10    locked     1 package, 2.0 MB'],
  ['darwin', 'arm64', '17.10    locked     1 package, 2.0 MB, from conda-forge: unproven on this system'],
  ['win32', 'x64', '17.10    locked     1 package, 2.0 MB, from conda-forge: unproven on this system'],
])('the list for %s %s says what is unproven', async (platform, architecture, expected) => {
  const [client] = sealedClients(lock, { platform, architecture }, '/cache', undefined);
  expect(client && (await clientLine(client))).toBe(expected);
});
