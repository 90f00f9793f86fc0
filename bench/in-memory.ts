import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

const memory = '/dev/shm';
/** Source, copy, write-ahead log and dumps of the largest data set. */
const neededBytes = 8e9;

/**
 * A folder in memory where there is one with room, else that for temporary files. On ext4 the making of 14,000 files took
 * 0.4 to 5 seconds, by what had been removed before: what a way took depended on the way before it (measured).
 */
export async function folderInMemory(): Promise<string> {
  const facts = await statfs(memory).catch(() => undefined);
  return facts !== undefined && facts.bavail * facts.bsize >= neededBytes ? memory : tmpdir();
}
