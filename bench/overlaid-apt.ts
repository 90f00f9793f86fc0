import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from './measure.ts';
import { fetchedBytes, type Installed, requestsOf, sourcesText } from './private-apt.ts';

/**
 * A real installation, with everything that configures and triggers, on a copy of the machine that takes all changes
 * into memory: an overlay over the root in a mount namespace of its own, which is gone with the process. Needs root.
 *
 * Before the clock runs, what is there of Postgres is removed, and so are apt's lists and packages.
 */
export async function installInOverlay(folder: string, major: number): Promise<Installed> {
  const [memory, sources] = [join(folder, 'memory'), join(folder, 'sources.list')];
  await mkdir(memory);
  await writeFile(sources, await sourcesText());
  const { stdout } = await measure({
    program: 'unshare',
    arguments: ['--mount', 'sh', '-ec', script, String(major), memory, sources],
    environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' },
  });
  const [, started, ended] = /^clock (\d+\.\d+)$.*^clock (\d+\.\d+)$/ms.exec(stdout) ?? [];
  return {
    seconds: Number(ended) - Number(started),
    requests: requestsOf(stdout),
    bytes: fetchedBytes(stdout),
  };
}

const script = `
mount -t tmpfs tmpfs "$1"
mkdir "$1/changes" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/changes,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount --bind /dev "$1/root/dev"
cp "$2" "$1/root/etc/apt/sources.list"
rm -rf "$1/root/etc/apt/sources.list.d" "$1/root/var/lib/apt/lists" "$1/root/var/cache/apt/archives"
names=$(dpkg-query --show --showformat '\${Package}\n' 'postgresql*' | sort -u)
chroot "$1/root" dpkg --purge --force-depends $names >"$1/removed" 2>&1 || true
echo clock $(date +%s.%N)
chroot "$1/root" apt-get update
chroot "$1/root" apt-get install -y --no-install-recommends "postgresql-client-$0"
echo clock $(date +%s.%N)
chroot "$1/root" "/usr/lib/postgresql/$0/bin/pg_dump" --version
`;
