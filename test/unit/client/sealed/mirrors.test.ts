import { describe, expect, test } from 'vitest';
import { debianMirrors, parseAptSources } from '../../../../src/client/sealed/apt-sources.ts';
import { mirrorsFor } from '../../../../src/client/sealed/mirrors.ts';
import { refusalOf } from '../../refusal.ts';

const takenAt = { debian: '20261121T005303Z', 'debian-security': '20261120T110000Z' };
const wish = { takenAt, aptSources: undefined, extra: [] };

const urls = (archive: Parameters<typeof mirrorsFor>[0], changes: Partial<Parameters<typeof mirrorsFor>[1]> = {}) =>
  mirrorsFor(archive, { ...wish, ...changes }).map(({ url }) => url);

const stanza = `# made by the installer
Types: deb deb-src
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;

const oneLine = `deb cdrom:[Debian GNU/Linux 12]/ bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://one.example/debian bookworm main contrib # the near one
deb-src https://source.example/debian bookworm main
#deb https://off.example/debian bookworm main
deb https://one.example/debian bookworm-updates main
deb http://security.debian.org/ bookworm-security main
`;

describe('the mirrors of an archive', () => {
  test('are, without apt and wishes, the public ones and no others', () => {
    expect(urls('pgdg')).toEqual([
      'https://apt.postgresql.org/pub/repos/apt/',
      'https://apt-archive.postgresql.org/pub/repos/apt/',
    ]);
    expect(urls('debian')).toEqual(['https://snapshot.debian.org/archive/debian/20261121T005303Z/']);
    expect(urls('debian-security')).toEqual(['https://snapshot.debian.org/archive/debian-security/20261120T110000Z/']);
  });

  test('leave out the archive of states for which the lock has no time', () => {
    expect(urls('debian-security', { takenAt: { debian: '20261121T005303Z' } })).toEqual([]);
  });

  test.each([
    ['deb822', stanza, 'http://mirror.example/debian/', 'http://mirror.example/debian-security/'],
    ['one-line', oneLine, 'https://one.example/debian/', 'http://security.debian.org/'],
  ])("are the machine's own first, in the %s form", (_, aptSources, debian, security) => {
    expect(urls('debian', { aptSources })).toEqual([debian, expect.stringContaining('https://snapshot.')]);
    expect(urls('debian-security', { aptSources })).toEqual([security, expect.stringContaining('https://snapshot.')]);
    expect(urls('pgdg', { aptSources })).toEqual(urls('pgdg'));
  });

  test('are what the user adds before all others, for all archives or the one that is named', () => {
    const extra = ['https://cache.example/all', 'debian=http://near.example/d/', ' pgdg=https://cache.example/pg '];
    expect(urls('debian', { extra, aptSources: stanza }).slice(0, 3)).toEqual([
      'https://cache.example/all/',
      'http://near.example/d/',
      'http://mirror.example/debian/',
    ]);
    expect(urls('pgdg', { extra }).slice(0, 2)).toEqual(['https://cache.example/all/', 'https://cache.example/pg/']);
    expect(urls('debian-security', { extra })).toHaveLength(2);
  });

  test('come once each', () => {
    const extra = ['http://mirror.example/debian', 'http://mirror.example/debian/'];
    expect(urls('debian', { extra, aptSources: stanza })).toHaveLength(2);
  });

  test.each([
    'mirror.example/debian',
    '',
    'ftp://mirror.example/debian',
    'debian=',
    'file:///srv/debian',
    'ubuntu=https://a.example',
  ])('are not "%s"', async address => {
    const problem = await refusalOf(() => mirrorsFor('debian', { ...wish, extra: [address] }));
    expect(problem?.code).toBe('PGR256');
  });

  test('never show a password when they are refused', async () => {
    const problem = await refusalOf(() =>
      mirrorsFor('debian', { ...wish, extra: ['ftp://me:correct horse@a.example'] }),
    );
    expect(JSON.stringify(problem)).not.toContain('horse');
  });
});

describe('sources of other kinds', () => {
  test.each([
    ["Ubuntu's", 'deb http://archive.ubuntu.com/ubuntu noble main universe'],
    ["Ubuntu's security", 'deb http://security.ubuntu.com/ubuntu noble-security main'],
    ["PGDG's", 'deb https://apt.postgresql.org/pub/repos/apt bookworm-pgdg main'],
    ['another component', 'deb https://download.example/linux/debian bookworm stable'],
    ['another suite', 'deb https://deb.example/debian nodistro main'],
    ['no network', 'deb file:/srv/mirror/debian bookworm main'],
    ['a stanza that is off', `Enabled: no\n${stanza}`.replace('# made by the installer\n', '').split('\n\n')[0] ?? ''],
    ['sources of source code', stanza.replaceAll(/deb deb-src|Types: deb$/gm, 'deb-src')],
    ['nothing', ''],
    ['nonsense', 'deb\ndeb http\n\nTypes:\nTypes: deb\n: : :\n\n[section]\nx=y'],
  ])('give none: %s', (_, text) => {
    expect(debianMirrors(text, 'debian')).toEqual([]);
  });

  test('a field may go on over lines, and letters may be of any case', () => {
    const text =
      'TYPES: deb\r\nuris:\r\n https://a.example/debian\r\n https://b.example/debian\r\nSuites: sid\r\nComponents: main\r\n';
    expect(debianMirrors(text, 'debian')).toEqual(['https://a.example/debian/', 'https://b.example/debian/']);
    expect(parseAptSources(text)).toHaveLength(1);
  });
});
