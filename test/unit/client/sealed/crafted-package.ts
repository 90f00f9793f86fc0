import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { LockedPackage } from '../../../../src/client/lock/lock.ts';

/** One entry of a tar file: the content of a file, or where a link leads. */
export type TarEntry =
  | { readonly name: string; readonly content: string | Buffer }
  | { readonly name: string; readonly linkTo: string; readonly hard?: boolean }
  | { readonly name: string; readonly type: 'directory' | 'fifo' | 'character-device' };

export async function makeTar(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const entry of entries) {
    if ('content' in entry) archive.entry({ name: entry.name }, entry.content);
    else if ('linkTo' in entry) {
      archive.entry({ name: entry.name, type: entry.hard ? 'link' : 'symlink', linkname: entry.linkTo });
    } else archive.entry({ name: entry.name, type: entry.type });
  }
  archive.finalize();
  return await buffer(Readable.from(archive));
}

export function makeAr(members: readonly (readonly [name: string, bytes: Buffer])[]): Buffer {
  const parts = members.flatMap(([name, bytes]) => [
    Buffer.from(`${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}`),
    Buffer.from(`${String(bytes.length).padEnd(10)}\`\n`),
    bytes,
    Buffer.alloc(bytes.length % 2, '\n'),
  ]);
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}

/** The bytes of a `.deb` around a `data.tar`. */
export function wrapDeb(dataName: string, data: Buffer): Buffer {
  return makeAr([
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar.gz', gzipSync(Buffer.alloc(1024))],
    [dataName, data],
  ]);
}

export async function makeDeb(entries: readonly TarEntry[]): Promise<Buffer> {
  return wrapDeb('data.tar.gz', gzipSync(await makeTar(entries)));
}

/** By the program xz; undefined on a machine without. */
export function compressXz(bytes: Buffer, options: readonly string[] = []): Buffer | undefined {
  try {
    return execFileSync('xz', ['-c', ...options], {
      input: bytes,
      maxBuffer: 1 << 28,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}

/** The lock's entry for the bytes of a package. */
export function lockedAs(name: string, bytes: Buffer, archive: LockedPackage['archive'] = 'debian'): LockedPackage {
  const path = `pool/main/${name[0]}/${name}/${name}_1.0_all.deb`;
  return { name, version: '1.0', archive, path, bytes: bytes.length, sha256: sha256Of(bytes) };
}

export function sha256Of(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
