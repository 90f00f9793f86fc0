import { checksumsFile, listFiles } from '../dumpset/checksums.ts';
import { sizeOnDisk } from '../dumpset/finish.ts';
import { checkDumpSet } from '../dumpset/read.ts';
import { type ExitCode, RoundtripError } from '../errors.ts';
import { describeDump, type Soundness } from '../look/describe-dump.ts';
import type { View } from '../look/lines.ts';
import { isDumpSet, readDump } from '../look/read-dump.ts';
import { renderDescription } from '../look/render-description.ts';
import { jsonText } from '../report/json-text.ts';
import { readProof } from '../storage/proof.ts';
import { version } from '../version.ts';

export interface InspectCommand extends View {
  readonly path: string;
  /** Leaves out the checking of hashes. */
  readonly quick: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/**
 * Tells what is in a dump set or an archive. A damaged dump set is still described as far as its manifest is sound, and
 * ends with 3.
 */
export async function inspectCommand(
  command: InspectCommand,
): Promise<{ readonly text: string; readonly exitCode: ExitCode }> {
  const { path, json, quick } = command;
  const isSet = await isDumpSet(path);
  const soundness: Soundness = !isSet
    ? { kind: 'no hashes' }
    : quick
      ? { kind: 'not checked' }
      : await checkHashes(command);
  const description = describeDump(await readDump(path), {
    bytes: await sizeOnDisk(path),
    soundness,
    // Of damaged bytes nothing was proven.
    proof: isSet && soundness.kind !== 'damaged' ? await readProof(path) : undefined,
  });
  const damaged = soundness.kind === 'damaged' || description.databases.some(({ unread }) => unread !== undefined);
  const text = json
    ? jsonText({ schema: 1, tool: { name: 'pg-roundtrip', version }, ...description })
    : renderDescription(description, command);
  return { text, exitCode: damaged ? 3 : 0 };
}

async function checkHashes({ path, signal }: InspectCommand): Promise<Soundness> {
  try {
    await checkDumpSet(path, { signal });
    return { kind: 'hashes hold', files: (await listFiles(path)).filter(file => file !== checksumsFile).length };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof RoundtripError && error.code === 'PGR172')) throw error;
    return { kind: 'damaged', reason: error.problems[0].message };
  }
}
