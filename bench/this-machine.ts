import { arch, availableParallelism, platform, totalmem } from 'node:os';
import { chooseCompression } from '../src/plan/choices.ts';
import type { Machine } from './document.ts';

/** What figures were taken on, with clients and servers of these majors; `load` is the load average before anything ran. */
export function thisMachine(client: number, server: number, load: number): Machine {
  return {
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
    system: `${platform()} ${arch()}`,
    node: Number.parseInt(process.versions.node, 10),
    client,
    server,
    compression: chooseCompression('auto', client).value,
    load,
  };
}
