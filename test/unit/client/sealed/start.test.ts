import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SealedFolder } from '../../../../src/client/sealed/sealed-folder.ts';
import { sealedCommand } from '../../../../src/client/sealed/start.ts';
import { findCertificateFile, tlsEnvironment } from '../../../../src/client/sealed/tls-environment.ts';
import { wrapperText } from '../../../../src/client/sealed/wrapper.ts';

const root = '/srv/a folder/17';

function folderOf(changes: Partial<SealedFolder['manifest']> = {}): SealedFolder {
  const set = { product: 'client', major: 17, version: '17.11', platform: 'linux', architecture: 'amd64' } as const;
  const built = { loader: 'ld-linux-x86-64.so.2', loaderKnowsArgv0: true, packages: [], files: [] } as const;
  return { root, certificateFile: '/etc/ssl/cert.pem', manifest: { schema: 1, ...set, ...built, ...changes } };
}

describe('the command of a sealed program', () => {
  test('is its own loader, told what to load and what the program is called', () => {
    const command = sealedCommand(folderOf(), 'pg_dump', ['-d', 'app'], { PGHOST: 'db', LC_ALL: 'C' });
    expect(command).toEqual({
      path: `${root}/lib/ld-linux-x86-64.so.2`,
      arguments: [
        '--inhibit-cache',
        '--library-path',
        `${root}/lib`,
        '--argv0',
        `${root}/bin/pg_dump`,
        `${root}/libexec/pg_dump`,
        '-d',
        'app',
      ],
      environment: {
        PGHOST: 'db',
        LC_ALL: 'C',
        SSL_CERT_FILE: '/etc/ssl/cert.pem',
        OPENSSL_CONF: '/dev/null',
        OPENSSL_MODULES: `${root}/lib/ossl-modules`,
      },
    });
  });

  test("has no name for a loader that can't pass it on: the program lies where its own path will do", () => {
    const { arguments: parameters } = sealedCommand(folderOf({ loaderKnowsArgv0: false }), 'pg_dumpall', ['-g'], {});
    const file = `${root}/libexec/pg_dumpall.d/bin/pg_dumpall`;
    expect(parameters).toEqual(['--inhibit-cache', '--library-path', `${root}/lib`, file, '-g']);
  });

  test('names a server after where it finds its share folder', () => {
    const { arguments: parameters } = sealedCommand(folderOf({ product: 'server' }), 'postgres', [], {});
    expect(parameters).toContain(`${root}/lib/postgresql/17/bin/postgres`);
  });

  test("lets no object of the machine's in", () => {
    const { environment } = sealedCommand(folderOf(), 'psql', [], {
      LD_LIBRARY_PATH: '/x',
      LD_PRELOAD: 'y',
      LD_AUDIT: 'z',
    });
    expect(Object.keys(environment).filter(name => name.startsWith('LD_'))).toEqual([]);
  });
});

describe('what OpenSSL is told', () => {
  const conf = { OPENSSL_CONF: '/dev/null', OPENSSL_MODULES: '/r/lib/ossl-modules' };
  test.each([
    ['nothing is set', {}, '/etc/ssl/cert.pem', { SSL_CERT_FILE: '/etc/ssl/cert.pem', ...conf }],
    ['the machine has no authorities', {}, undefined, conf],
    ['a file is set', { SSL_CERT_FILE: '/mine' }, '/etc/ssl/cert.pem', conf],
    ['a folder is set', { SSL_CERT_DIR: '/mine' }, '/etc/ssl/cert.pem', conf],
    [
      'they are set to nothing',
      { SSL_CERT_FILE: '' },
      '/etc/ssl/cert.pem',
      { SSL_CERT_FILE: '/etc/ssl/cert.pem', ...conf },
    ],
    [
      'the rest is set',
      { OPENSSL_CONF: '/c', OPENSSL_MODULES: '/m' },
      undefined,
      { OPENSSL_CONF: '/c', OPENSSL_MODULES: '/m' },
    ],
  ])('when %s', (_, environment, file, expected) => {
    expect(tlsEnvironment(environment, '/r', { certificateFile: file, platform: 'linux' })).toEqual(expected);
  });
});

/** A loader that says how it was called, in a folder where it can be called so. */
describe.skipIf(process.platform === 'win32')('a wrapper', () => {
  let base = '';
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'sealed wrapper '));
  });
  afterEach(() => rm(base, { recursive: true, force: true }));

  async function install(product: 'client' | 'server', loaderKnowsArgv0: boolean): Promise<string> {
    const start = { product, major: 17, platform: 'linux', loader: 'ld-linux-test', loaderKnowsArgv0 } as const;
    const program = product === 'client' ? 'psql' : 'initdb';
    const wrapper = join(base, product === 'client' ? 'bin' : 'lib/postgresql/17/bin', program);
    await mkdir(dirname(wrapper), { recursive: true });
    await mkdir(join(base, 'lib'), { recursive: true });
    await writeFile(wrapper, wrapperText(start, program));
    const said = 'printf "%s\\n" "$@"; env | grep -E "^(SSL_|OPENSSL_|LD_)" | sort';
    await writeFile(join(base, 'lib/ld-linux-test'), `#!/bin/sh\n${said}\n`);
    for (const file of [wrapper, join(base, 'lib/ld-linux-test')]) await chmod(file, 0o755);
    return wrapper;
  }

  const call = (
    path: string,
    parameters: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): readonly string[] =>
    execFileSync(path, parameters, { env: { PATH: '/usr/bin:/bin', ...env }, encoding: 'utf8', cwd: base })
      .trimEnd()
      .split('\n');

  test('calls the loader as we do, with arguments as they are', async () => {
    const wrapper = await install('client', true);
    const said = call(wrapper, ['-c', 'select  1; $x `y` "z"', ''], { SSL_CERT_FILE: '/mine' });
    expect(said).toEqual([
      '--inhibit-cache',
      '--library-path',
      `${base}/lib`,
      '--argv0',
      wrapper,
      `${base}/libexec/psql`,
      '-c',
      'select  1; $x `y` "z"',
      '',
      'OPENSSL_CONF=/dev/null',
      `OPENSSL_MODULES=${base}/lib/ossl-modules`,
      'SSL_CERT_FILE=/mine',
    ]);
  });

  test('finds its folder through a link, from another folder and below the folders of a server', async () => {
    const wrapper = await install('server', true);
    await symlink(wrapper, join(base, 'by-link'));
    for (const path of [join(base, 'by-link'), './by-link', './lib/postgresql/17/bin/initdb']) {
      expect(call(path, []).slice(2, 6)).toEqual([`${base}/lib`, '--argv0', wrapper, `${base}/libexec/initdb`]);
    }
  });

  test('gives no name to an old loader', async () => {
    const wrapper = await install('client', false);
    expect(call(wrapper, ['-V']).slice(1, 5)).toEqual([
      '--library-path',
      `${base}/lib`,
      `${base}/libexec/psql.d/bin/psql`,
      '-V',
    ]);
  });

  test('keeps what is set and drops the library path', async () => {
    const wrapper = await install('client', true);
    const set = { SSL_CERT_DIR: '/d', OPENSSL_CONF: '/c', OPENSSL_MODULES: '/m' };
    const said = call(wrapper, [], { ...set, LD_LIBRARY_PATH: '/nowhere' });
    expect(said.slice(6)).toEqual(['OPENSSL_CONF=/c', 'OPENSSL_MODULES=/m', 'SSL_CERT_DIR=/d']);
  });

  test('takes the authorities that we take', async () => {
    const wrapper = await install('client', true);
    const file = await findCertificateFile();
    const said = call(wrapper, []).filter(line => line.startsWith('SSL_'));
    expect(said).toEqual(file === undefined ? [] : [`SSL_CERT_FILE=${file}`]);
  });
});

test('the first authorities that can be read are taken', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sealed-certificates-'));
  const [missing, first, second] = ['missing', 'first', 'second'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const file of [first, second]) await writeFile(file, '');
  expect(await findCertificateFile([missing, first, second])).toBe(first);
  expect(await findCertificateFile([missing])).toBeUndefined();
  await rm(folder, { recursive: true });
});
