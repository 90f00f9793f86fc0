import { readdir, readFile, readlink } from 'node:fs/promises';

/** Peers of a process's TCP connections as `address:port`, in the kernel's hexadecimal. Linux alone. */
export async function peersOf(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(names.map(name => readlink(`${folder}/${name}`).catch(() => '')));
  const own = new Set(links.flatMap(link => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map(name => readFile(`/proc/${pid}/net/${name}`, 'latin1').catch(() => '')),
  );
  return tables.flatMap(table =>
    table.split('\n').flatMap(line => {
      // sl, local address, remote address, state, queues, timer, retransmissions, uid, timeout, inode (proc(5)).
      const fields = line.trim().split(/\s+/);
      const [peer = '', inode = ''] = [fields[2], fields[9]];
      return own.has(inode) && !/^0+:0000$/.test(peer) ? [peer] : [];
    }),
  );
}

/** A port as `peersOf` gives it behind the address. */
export function portSuffix(port: number): string {
  return `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}
