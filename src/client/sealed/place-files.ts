import { createHash } from 'node:crypto';
import { chmod, copyFile, link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replacePrefix } from '../conda/prefix.ts';
import { signAgain } from '../conda/sign.ts';
import type { PlacedFile } from './layout.ts';
import type { SealedFile } from './sealed-folder.ts';

/**
 * Puts files into a folder, with modes that let everybody read them whatever the mask of this process: jobs in
 * containers and servers run as other users. Gives what the manifest is to say of each.
 *
 * @param prefix Where the folder is going to be, for files that have to know.
 */
export async function placeFiles(
  root: string,
  files: readonly PlacedFile[],
  prefix: string,
  sign: (path: string) => Promise<void> = signAgain,
): Promise<readonly SealedFile[]> {
  for (const folder of new Set(files.flatMap(({ path }) => foldersOf(path)))) {
    await mkdir(join(root, folder), { recursive: true });
    await chmod(join(root, folder), 0o755);
  }
  const sealed: SealedFile[] = [];
  for (const file of files) sealed.push(await place(root, file, prefix, sign));
  return sealed;
}

async function place(
  root: string,
  file: PlacedFile,
  prefix: string,
  sign: (path: string) => Promise<void>,
): Promise<SealedFile> {
  const { path } = file;
  const full = join(root, path);
  if (file.kind === 'link') {
    await symlink(file.to, full);
    return { kind: 'link', path, to: file.to };
  }
  const { executable } = file;
  if (file.kind === 'text') {
    await writeFile(full, file.text, { flag: 'wx' });
    await chmod(full, 0o755);
    const sha256 = createHash('sha256').update(file.text).digest('hex');
    return { kind: 'file', path, bytes: Buffer.byteLength(file.text), sha256, executable };
  }
  if (file.kind === 'prefixed') {
    await writeFile(full, replacePrefix(await readFile(file.from.content), file.prefix, prefix), { flag: 'wx' });
    await chmod(full, executable ? 0o755 : 0o644);
    if (file.sign) await sign(full);
    const placed = await readFile(full);
    const sha256 = createHash('sha256').update(placed).digest('hex');
    return { kind: 'file', path, bytes: placed.length, sha256, executable };
  }
  const { content, bytes, sha256 } = file.from;
  // One content can be placed under several names, as a library and its link.
  await link(content, full).catch(() => copyFile(content, full));
  await chmod(full, executable ? 0o755 : 0o644);
  return { kind: 'file', path, bytes, sha256, executable };
}

/** A path's folders, outermost first: `a/b/c` lies in `a` and `a/b`. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
