import { fetchSet } from '../src/client/fetch-set.ts';
import { lock } from '../src/client/lock/packages.ts';
import { setsFor } from '../src/client/sealed-clients.ts';

/**
 * The measured program of `install.ts`: installs the sealed client of a major, as a run does before its first step.
 *
 *     node bench/install-set.ts MAJOR FOLDER [PACKAGES]      PACKAGES keeps what was fetched
 */
const [major, folder = '', packages] = process.argv.slice(2);
const machine = { platform: process.platform, architecture: process.arch };
const set = setsFor(lock, 'client', machine).find(one => one.major === Number(major));
if (set === undefined) throw new Error(`no client ${major} is locked for this machine`);
const { requests, bytes } = await fetchSet(lock, set, folder, {
  mirrors: [],
  environment: process.env,
  signal: AbortSignal.timeout(300_000),
  packages: packages === undefined ? undefined : { folder: packages },
});
console.log(JSON.stringify({ version: set.version, requests, bytes }));
