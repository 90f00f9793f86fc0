import { writeFile } from 'node:fs/promises';
import { parseContents } from '../postgres/archive/parse.ts';
import type { Input } from '../postgres/archive/scanner.ts';
import type { Command } from '../postgres/process.ts';
import { runTool } from './run-tool.ts';
import type { Runtime } from './runtime.ts';

/**
 * Takes the table of contents alone of an archive that pg_dump writes to standard output, where it comes first, and ends
 * pg_dump: no rows are read for it but those that are under way already.
 */
export async function dumpContents(
  runtime: Runtime,
  connection: string,
  { path, command }: { readonly path: string; readonly command: Command },
  signal: AbortSignal,
): Promise<void> {
  const enough = new AbortController();
  const output = createOutput(path);
  const running = runTool(runtime, connection, command, {
    signal: AbortSignal.any([signal, enough.signal]),
    onOutput: piece => output.write(piece),
  })
    .catch((error: unknown) => {
      if (signal.aborted || !enough.signal.aborted) throw error;
    })
    .finally(() => output.end());
  const parsing = parseContents(output.input, 'contents').finally(() => enough.abort());
  const [ran, parsed] = await Promise.allSettled([running, parsing]);
  // What pg_dump says of its failure tells more than that its output is cut off.
  if (ran.status === 'rejected') throw ran.reason;
  if (parsed.status === 'rejected') throw parsed.reason;
  await writeFile(path, await output.input.read(0, parsed.value.tocBytes), { mode: 0o600, flag: 'wx' });
}

/** A program's output as a file that can be read while it is written. */
function createOutput(name: string) {
  let bytes: Buffer = Buffer.alloc(0);
  let more: Buffer[] = [];
  let length = 0;
  let ended = false;
  let wake: () => void = () => {};
  const input: Input = {
    name,
    size: Number.POSITIVE_INFINITY,
    async read(position, count) {
      while (length < position + count && !ended) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      bytes = Buffer.concat([bytes, ...more]);
      more = [];
      return bytes.subarray(position, position + count);
    },
  };
  return {
    input,
    write(piece: Buffer): void {
      more.push(piece);
      length += piece.length;
      wake();
    },
    end(): void {
      ended = true;
      wake();
    },
  };
}
