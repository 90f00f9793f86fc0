import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A key that signs archives for as long as its folder lives, without a passphrase. */
export interface SigningKey extends AsyncDisposable {
  /** A keyring with this key alone. */
  readonly keyring: string;
  readonly fingerprint: string;
  /** A file's text with a signature around it, as `InRelease` has it. */
  readonly sign: (text: string) => Promise<string>;
}

export async function makeSigningKey(folder: string, owner: string): Promise<SigningKey> {
  const home = join(folder, owner);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const gpg = async (...args: readonly string[]) =>
    (
      await run('gpg', [
        '--homedir',
        home,
        '--batch',
        '--quiet',
        '--pinentry-mode',
        'loopback',
        '--passphrase',
        '',
        ...args,
      ])
    ).stdout;
  await gpg('--quick-generate-key', `${owner} <${owner}@example.org>`, 'rsa2048', 'sign', 'never');
  const keyring = join(folder, `${owner}.asc`);
  await writeFile(keyring, await gpg('--armor', '--export'));
  const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(await gpg('--with-colons', '--list-keys'))?.[1] ?? '';
  return {
    keyring,
    fingerprint,
    sign: async text => {
      const plain = join(folder, `${owner}.plain`);
      await writeFile(plain, text);
      return await gpg('--clearsign', '--output', '-', plain);
    },
    // gpg starts an agent of its own accord, and leaves it running.
    [Symbol.asyncDispose]: async () => {
      await run('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']);
    },
  };
}
