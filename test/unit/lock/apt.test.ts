import { describe, expect, test } from 'vitest';
import { aptConfiguration, aptSources } from '../../../scripts/lock/apt-configuration.ts';
import { mirrorsAmong, networkSettings, pgdgMirror } from '../../../scripts/lock/machine-apt.ts';
import { updateComplaints } from '../../../scripts/lock/private-apt.ts';
import { sources } from '../../../scripts/lock/sources.ts';

const mirrors = {
  debian: 'http://mirror.example/debian/',
  'debian-security': 'http://mirror.example/security/',
  pgdg: pgdgMirror,
};

/** A line of `apt-get update --print-uris`. */
const address = (root: string, suite: string, component = 'main') =>
  `'${root}dists/${suite}/${component}/binary-amd64/Packages.xz' some_file 0 \n`;

describe("the mirrors of the machine's apt", () => {
  test.each([
    ['by name', address(mirrors.debian, 'sid') + address(mirrors['debian-security'], 'bookworm-security')],
    ['by state', address(mirrors.debian, 'stable') + address(mirrors['debian-security'], 'stable-security')],
    [
      'beside repositories of others',
      address('https://browser.example/', 'stable') +
        address('https://containers.example/debian/', 'bookworm', 'stable') +
        address('https://postgres.example/', 'bookworm-pgdg') +
        address(mirrors.debian, 'bookworm') +
        address(mirrors['debian-security'], 'bookworm-security'),
    ],
  ])('are found %s', (_, addresses) => {
    expect(mirrorsAmong(addresses)).toEqual(mirrors);
  });

  test.each(['', address('http://ubuntu.example/', 'noble'), address(mirrors.debian, 'bookworm')])(
    'are missing in %j',
    addresses => {
      expect(() => mirrorsAmong(addresses)).toThrow('run the script on Debian');
    },
  );
});

test('of the machine’s settings those of the network are kept', () => {
  const kept = [
    'Acquire::http::Proxy "http://proxy.example:3128";',
    'Acquire::http::Proxy::mirror.example "DIRECT";',
    'Acquire::https::CaInfo "/etc/ssl/own.pem";',
    'Acquire::http::Proxy-Auto-Detect "/usr/bin/detect";',
  ];
  const dropped = [
    'Acquire::Check-Valid-Until "false";',
    'Acquire::AllowInsecureRepositories "true";',
    'APT::Update::Post-Invoke:: "rm -f /Proxy ";',
    'Acquire::http "";',
  ];
  expect(networkSettings([...dropped, ...kept].join('\n'))).toEqual(kept);
});

test.each([
  ['Get:1 http://mirror.example bookworm InRelease\nReading package lists...\n', []],
  ['W: GPG error: x\nReading', ['W: GPG error: x']],
  ['E: Release file is expired', ['E: Release file is expired']],
  ['Err:3 http://mirror.example main', ['Err:3 http://mirror.example main']],
  ['Hit:1 W: in the middle', []],
])('the complaints of %j', (output, expected) => {
  expect(updateComplaints(output)).toEqual(expected);
});

describe('the private apt', () => {
  test('has the system’s configuration, keys and lists out of sight', () => {
    const text = aptConfiguration({ folder: '/somewhere', root: true, networkSettings: ['Acquire::http::Proxy "x";'] });
    expect(text).toContain('Dir::Etc::parts "/dev/null";\n');
    expect(text).toContain('Dir::Etc::trustedparts "/dev/null";\n');
    expect(text).toContain('Dir::State "/somewhere/state";\n');
    expect(text).toContain('APT::Sandbox::User "root";\n');
    expect(text).toContain('APT::Architectures { "amd64"; "arm64"; };\n');
    expect(text).toContain('Acquire::http::Proxy "x";\n');
    expect(text).not.toContain('Allow');
    expect(aptConfiguration({ folder: '/x', root: false, networkSettings: [] })).not.toContain('Sandbox');
  });

  test('lets each key vouch for its own archive alone', () => {
    const keyrings = { debian: '/keys/debian.gpg', pgdg: '/keys/pgdg.asc' };
    const stanzas = sources
      .flatMap(({ suites }) => suites)
      .map(suite => aptSources([suite], { mirrors, keyrings, acceptExpired: false }));
    for (const stanza of stanzas) {
      const key = stanza.includes(pgdgMirror) ? keyrings.pgdg : keyrings.debian;
      expect(stanza.split('\n').filter(line => line.startsWith('Signed-By:'))).toEqual([`Signed-By: ${key}`]);
      expect(stanza).not.toContain('Valid-Until');
    }
    expect(new Set(stanzas.map(stanza => /Signed-By.*/.exec(stanza)?.[0])).size).toBe(2);
  });

  test('takes expired indexes only when told so', () => {
    const suite = { archive: 'debian', name: 'sid', component: 'main' } as const;
    const options = { mirrors, keyrings: { debian: '/d', pgdg: '/p' }, acceptExpired: true };
    expect(aptSources([suite], options)).toContain('Check-Valid-Until: no\n');
  });
});
