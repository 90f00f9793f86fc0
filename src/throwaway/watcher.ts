import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** A process of its own that ends a server, and removes it, as soon as this process is gone, even by SIGKILL. */
export interface Watcher {
  /** Says which process works on the data folder now. */
  readonly follow: (pid: number | undefined) => void;
  /** Sends it away: the server is gone, and so are its folders. */
  readonly release: () => void;
}

/** Nobody to watch. */
export const noWatcher: Watcher = { follow: () => {}, release: () => {} };

/**
 * Reads what it is told until its input ends: only the death of the writer does that. Then only a process that was
 * started on the data folder is signalled, as process ids are used again. Words of POSIX alone: dash, busybox and the
 * shell of macOS run it. Paths come through the pipe, so that its own command line names no server.
 */
const script = `
while IFS= read -r line; do
  case $line in
    'data '*) data=\${line#data } ;;
    'folder '*) set -- "$@" "\${line#folder }" ;;
    'pid '*) pid=\${line#pid } ;;
    gone) exit 0 ;;
  esac
done
runs() {
  [ -n "$pid" ] || return 1
  if [ -e /proc/self/cmdline ]; then tr '\\0' ' ' < "/proc/$pid/cmdline"; else ps -ww -p "$pid" -o command=; fi |
    grep -qF -e "-D $data "
}
end() {
  for second in 1 2 3 4 5 6 7; do
    runs || return
    [ "$second" != 1 ] || kill "-$1" "$pid"
    sleep 1
  done
}
end QUIT
end KILL
for attempt in 1 2 3 4 5; do
  rm -rf "$@" && exit 0
  sleep 1
done
`;

/**
 * Starts the watcher of a server that is about to be made. Where there is no POSIX shell there is none: then a server
 * outlives a process that is killed with SIGKILL, as before.
 */
export function startWatcher(server: { readonly dataFolder: string; readonly folders: readonly string[] }): Watcher {
  const { dataFolder, folders } = server;
  if (process.platform === 'win32' || [dataFolder, ...folders].some(path => path.includes('\n'))) return noWatcher;
  // A session of its own: what is sent to our process group or terminal is not meant for it.
  const child = spawn('/bin/sh', ['-c', script], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  const tell = (line: string): void => void child.stdin.write(`${line}\n`);
  tell(`data ${dataFolder}`);
  for (const folder of folders) tell(`folder ${folder}`);
  return {
    follow: pid => tell(`pid ${pid ?? ''}`),
    release: () => void child.stdin.end('gone\n'),
  };
}
