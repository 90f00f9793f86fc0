import { readFile } from 'node:fs/promises';
import { runCommand } from './run-command.ts';
import type { AptPublisher } from './sources.ts';

/** One keyring for each publisher, so that nobody's key vouches for the packages of somebody else. */
export type Keyrings = Readonly<Record<AptPublisher, string>>;

/** The only key that may sign PGDG's archive, as https://www.postgresql.org/download/linux/debian/ names it. */
export const pgdgFingerprint = 'B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8';

const debianKeyrings = [
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/usr/share/keyrings/debian-archive-keyring.pgp',
];
const pgdgKey = '/usr/share/postgresql-common/pgdg/apt.postgresql.org.asc';

/** Debian's keys come from Debian's package of them; PGDG's comes from Debian's signed `postgresql-common`. */
export async function machineKeyring(publisher: AptPublisher): Promise<string> {
  switch (publisher) {
    case 'debian':
      return firstReadable(debianKeyrings, 'apt-get install debian-archive-keyring');
    case 'pgdg': {
      const path = await firstReadable([pgdgKey], 'apt-get install postgresql-common');
      await requireSingleKey(path, pgdgFingerprint);
      return path;
    }
  }
}

/** Refuses a keyring that holds any other primary key than the one of this fingerprint. */
export async function requireSingleKey(path: string, fingerprint: string): Promise<void> {
  const { status, stdout, stderr } = await runCommand('gpg', ['--batch', '--with-colons', '--show-keys', path]);
  if (status !== 0) throw new Error(`${path} is not a keyring that gpg can read: ${stderr.trim()}`);
  const found = primaryFingerprints(stdout);
  if (found.length !== 1 || found[0] !== fingerprint)
    throw new Error(`${path} holds ${found.join(' and ') || 'no key'}, not the one key ${fingerprint}`);
}

/** Of gpg's listing with colons: the `fpr` record after a `pub` is the primary key's, the others are subkeys'. */
export function primaryFingerprints(listing: string): readonly string[] {
  const records = listing.split('\n').map(line => line.split(':'));
  const keys = records.filter(([kind]) => kind === 'pub' || kind === 'sub' || kind === 'fpr');
  return keys.flatMap(([kind], index) => (kind === 'pub' ? [keys[index + 1]?.[9] ?? ''] : []));
}

async function firstReadable(paths: readonly string[], remedy: string): Promise<string> {
  for (const path of paths) {
    const content = await readFile(path).catch(() => undefined);
    if (content !== undefined) return path;
  }
  throw new Error(`${paths[0]} is missing: ${remedy}`);
}
