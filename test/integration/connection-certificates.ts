import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Pair {
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface Authority extends Pair {
  readonly folder: string;
  readonly name: string;
}

/** Makes certificates with the `openssl` program, which has no counterpart in Node. */
export async function makeAuthority(folder: string, name: string): Promise<Authority> {
  const pair = { certificateFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
  await openssl(folder, [...newKey(pair), '-x509', '-days', '2', '-subj', `/CN=${name}`, '-out', pair.certificateFile]);
  return { ...pair, folder, name };
}

/** @param names as in `subjectAltName`, for example `DNS:localhost`; none leaves the common name alone. */
export async function issue(authority: Authority, name: string, commonName: string, names?: string): Promise<Pair> {
  const file = (suffix: string) => join(authority.folder, `${name}.${suffix}`);
  const pair = { certificateFile: file('crt'), keyFile: file('key') };
  await openssl(authority.folder, [...newKey(pair), '-subj', `/CN=${commonName}`, '-out', file('csr')]);
  await writeFile(file('ext'), names === undefined ? '' : `subjectAltName=${names}\n`);
  const signer = ['-CA', authority.certificateFile, '-CAkey', authority.keyFile, '-CAcreateserial'];
  await openssl(authority.folder, [
    'x509',
    '-req',
    '-in',
    file('csr'),
    '-days',
    '2',
    '-extfile',
    file('ext'),
    ...signer,
    '-out',
    pair.certificateFile,
  ]);
  return pair;
}

/** The same key under a password. */
export async function lockKey(pair: Pair, password: string): Promise<Pair> {
  const keyFile = `${pair.keyFile}.locked`;
  await run('openssl', ['pkcs8', '-topk8', '-in', pair.keyFile, '-out', keyFile, '-passout', `pass:${password}`]);
  return { certificateFile: pair.certificateFile, keyFile };
}

/** A list of revoked certificates with the one of `revoked` in it. */
export async function revoke(authority: Authority, revoked: Pair): Promise<string> {
  const { folder, name } = authority;
  const settings = join(folder, `${name}.cnf`);
  await writeFile(join(folder, `${name}.index`), '');
  await writeFile(
    settings,
    `[ca]\ndefault_ca=a\n[a]\ndatabase=${folder}/${name}.index\ndefault_md=sha256\ndefault_crl_days=2\n`,
  );
  const signer = ['-config', settings, '-cert', authority.certificateFile, '-keyfile', authority.keyFile];
  await openssl(folder, ['ca', ...signer, '-revoke', revoked.certificateFile]);
  const list = join(folder, `${name}.crl`);
  await openssl(folder, ['ca', ...signer, '-gencrl', '-out', list]);
  return list;
}

export async function pemOf(pair: Pair): Promise<{ readonly certificate: string; readonly key: string }> {
  return { certificate: await readFile(pair.certificateFile, 'utf8'), key: await readFile(pair.keyFile, 'utf8') };
}

/** Says so where the program is missing, so that a skipped test does not look like a passed one. */
export async function hasOpenssl(): Promise<boolean> {
  try {
    await run('openssl', ['version']);
    return true;
  } catch {
    console.warn('SKIPPED: the tests of encrypted connections need the program "openssl", which is not installed');
    return false;
  }
}

function newKey({ keyFile }: Pair): readonly string[] {
  return ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
}

async function openssl(folder: string, parameters: readonly string[]): Promise<void> {
  await run('openssl', parameters, { cwd: folder, env: { PATH: '/usr/bin:/bin', HOME: folder } });
}
