import { execFile } from 'node:child_process';
import { appendFile, chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fault } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { serverEnvironment } from './server-process.ts';
import { hbaText, type ServerCertificate, settingsText } from './server-settings.ts';
import type { ServerUser } from './server-user.ts';
import type { Watcher } from './watcher.ts';

export interface ClusterWish {
  readonly programs: string;
  /** Where `data` is made. */
  readonly folder: string;
  readonly socketFolder: string | undefined;
  readonly user: ServerUser | undefined;
  readonly superuser: string;
  readonly password: Secret;
  readonly listen: '127.0.0.1';
  readonly settings: Readonly<Record<string, string>>;
  readonly hba: readonly string[] | undefined;
  readonly tls: ServerCertificate | undefined;
  readonly signal: AbortSignal | undefined;
  readonly watcher: Watcher;
}

/** Runs initdb and writes the cluster's configuration. Returns the data folder. */
export async function makeCluster(wish: ClusterWish): Promise<string> {
  const dataFolder = join(wish.folder, 'data');
  const passwordFile = join(wish.folder, 'password');
  await writeOwned(passwordFile, `${wish.password.reveal()}\n`, wish.user);
  try {
    await initdb(wish, dataFolder, passwordFile);
  } finally {
    await rm(passwordFile, { force: true });
  }
  const place = { listen: wish.listen, socketFolder: wish.socketFolder, encrypted: wish.tls !== undefined };
  await appendFile(join(dataFolder, 'postgresql.conf'), `\n${settingsText(wish.settings, place)}`);
  await writeFile(join(dataFolder, 'pg_hba.conf'), hbaText(wish.hba));
  if (wish.tls !== undefined) {
    await writeOwned(join(dataFolder, 'server.crt'), wish.tls.certificate, wish.user);
    await writeOwned(join(dataFolder, 'server.key'), wish.tls.key, wish.user);
  }
  return dataFolder;
}

/** C.UTF-8 sorts as every demo machine does; where the C library has no such locale, plain C. */
async function initdb(wish: ClusterWish, dataFolder: string, passwordFile: string): Promise<void> {
  const failures: string[] = [];
  for (const locale of ['C.UTF-8', 'C']) {
    const authentication = ['-U', wish.superuser, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
    const failure = await tryInitdb(wish, [
      '-D',
      dataFolder,
      '-E',
      'UTF8',
      `--locale=${locale}`,
      '-N',
      ...authentication,
    ]);
    wish.signal?.throwIfAborted();
    if (failure === undefined) return;
    failures.push(failure);
    if (!failure.includes('locale')) break;
  }
  throw fault(
    'PGR240',
    `initdb could not make a cluster: ${failures.at(-1)?.trim()}`,
    'check that the server programs are complete and that the disk has room',
  );
}

/** What initdb said, if it failed. */
async function tryInitdb(wish: ClusterWish, parameters: readonly string[]): Promise<string | undefined> {
  try {
    const running = promisify(execFile)(join(wish.programs, 'initdb'), parameters, {
      cwd: wish.folder,
      env: serverEnvironment(),
      timeout: 120_000,
      windowsHide: true,
      ...(wish.signal === undefined ? {} : { signal: wish.signal }),
      ...wish.user,
    });
    wish.watcher.follow(running.child.pid);
    await running;
    return undefined;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    return said === '' ? String(error) : said;
  }
}

async function writeOwned(path: string, text: string, user: ServerUser | undefined): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  if (user !== undefined) await chown(path, user.uid, user.gid);
}
