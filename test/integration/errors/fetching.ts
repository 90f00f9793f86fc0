import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from '../../../src/client/lock/packages.ts';
import { manifestHead, manifestName, manifestText } from '../../../src/client/sealed/manifest.ts';
import { setsFor } from '../../../src/client/sealed-clients.ts';
import { lockedClient } from '../../support/sealed.ts';
import type { ErrorCase } from './error-case.ts';

export const [locked] = setsFor(lock, 'client', { platform: process.platform, architecture: process.arch });
const major = String(locked?.major);
/** A proxy that is not there: whatever the machine's own network has, nothing comes from it. */
const offline = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '127.0.0.1' };

/** A client that is to be fetched, or was. */
export const fetched: readonly ErrorCase[] = [
  {
    code: 'PGR250',
    name: 'no way to any mirror',
    command: ['client', 'install', major],
    environment: offline,
    says: /could not be fetched/,
    remedy: /client\.mirrors/,
  },
  {
    code: 'PGR254',
    name: 'a file of an installed client that was changed',
    command: ['client', 'which', major],
    arrange: async ({ home }) => {
      const client = lockedClient(Number(major), join(home, '.cache/pg-roundtrip'));
      if (client === undefined) throw new Error('nothing is locked');
      const head = { ...manifestHead(client.set), loader: 'ld-linux-x86-64.so.2', loaderKnowsArgv0: true };
      await mkdir(client.root, { recursive: true });
      await writeFile(join(client.root, manifestName), manifestText({ ...head, files: [] }));
      await writeFile(join(client.root, 'libextra.so'), 'of somebody else');
    },
    says: /is not what was installed there: libextra\.so does not belong there/,
    remedy: /remove this folder/,
  },
  {
    code: 'PGR255',
    name: 'a folder that the loader cannot be told of',
    command: ['client', 'install', major],
    environment: { ...offline, XDG_CACHE_HOME: '/tmp/a:b' },
    says: /the path has a ":"/,
    remedy: /name a folder without one/,
  },
  {
    code: 'PGR256',
    name: 'a mirror that is no address',
    command: ['client', 'install', major],
    environment: { ...offline, PG_ROUNDTRIP_CLIENT_MIRRORS: 'ftp://mirror.example/debian' },
    says: /"ftp:\/\/mirror\.example\/debian" is not the address of a package mirror/,
    remedy: /https:\/\/HOST\/PATH/,
  },
  {
    code: 'PGR257',
    name: 'a client that only a run would fetch',
    command: ['client', 'which', major],
    says: /can be fetched, but is not installed yet/,
    remedy: /pg-roundtrip client install/,
  },
];

/** For a mirror that sends as many bytes as are locked, and others. */
export const changedOnTheWay = (mirror: string): ErrorCase => ({
  code: 'PGR251',
  name: 'a mirror that sends something else',
  command: ['client', 'install', major],
  environment: { ...offline, PG_ROUNDTRIP_CLIENT_MIRRORS: mirror },
  says: /differs from what is locked: .*nothing was installed/,
  remedy: /may be rewriting downloads/,
});
