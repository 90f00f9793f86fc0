import { fault, RoundtripError } from '../errors.ts';
import type { Archive } from '../postgres/archive/model.ts';
import { readArchive } from '../postgres/archive/read.ts';

/**
 * Reads the table of contents of an archive that pg_dump has just written, saying that all went well. In the custom
 * format it says so even when the disk was full for the last of its bytes: it goes back to note where each table's data
 * is, and takes a failure for an output in which it cannot go back (measured with 15.18: exit 0, an archive of 0 bytes).
 * So an archive without those notes is cut off.
 */
export async function readWrittenArchive(path: string): Promise<Archive> {
  const archive = await readArchive(path).catch((error: unknown) => {
    throw error instanceof RoundtripError && error.code === 'PGR302' ? cutOff(path, error) : error;
  });
  const unnoted = archive.entries.some(
    ({ hasData, location }) => hasData && location.kind === 'offset' && location.state === 'unset',
  );
  if (unnoted) throw cutOff(path, undefined);
  return archive;
}

function cutOff(path: string, cause: unknown): Error {
  return fault(
    'PGR220',
    `the disk is full: pg_dump reported no failure, but its archive ${path} is cut off`,
    'free some space, or use a larger disk or runner',
    cause,
  );
}
