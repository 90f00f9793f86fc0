import { fault, type RoundtripError } from '../../errors.ts';
import { decodeTexts } from './encoding.ts';
import { foreignFile } from './foreign-file.ts';
import { type Container, readHeader } from './header.ts';
import type { Archive, TocEntry } from './model.ts';
import { type Input, Scanner } from './scanner.ts';
import { leastEntryBytes, readEntry, wordKeeper } from './toc.ts';

/** The most that is read, so that a hostile file cannot use up the memory; two million entries take about 1.5 GB. */
const most = { entries: 2_000_000, bytes: 1024 ** 3 };

/** Parses header and TOC. Throws PGR302, with the place in the file, for everything that pg_dump does not write. */
export async function parseArchive(input: Input, container: Container): Promise<Archive> {
  const archive = await parseContents(input, container);
  await checkEnd(input, archive, container);
  return decodeTexts(archive);
}

/** The same, whatever follows, and without making texts readable. */
export async function parseContents(input: Input, container: Container): Promise<Archive> {
  const foreign = foreignFile(input.name, await input.read(0, Math.min(512, input.size)));
  if (foreign !== undefined) throw foreign;
  const scanner = new Scanner(input);
  const header = await scanner.next('the header', cursor => readHeader(cursor, input.name, container));
  const count = header.entryCount;
  if (count * leastEntryBytes(header) > input.size - scanner.offset)
    throw damaged(input, `it claims ${count} entries, more than its ${input.size} bytes can hold: it is cut off`);
  if (count > most.entries) throw tooLarge(input, `${count} entries`);

  const entries: TocEntry[] = [];
  const ids = new Set<number>();
  const words = wordKeeper();
  for (let number = 1; number <= count; number++) {
    const entry = await scanner.next(`TOC entry ${number} of ${count}`, cursor => readEntry(cursor, header, words));
    if (ids.has(entry.dumpId)) throw damaged(input, `two entries have the dump id ${entry.dumpId}`);
    if (scanner.offset > most.bytes) throw tooLarge(input, `more than ${most.bytes} bytes`);
    ids.add(entry.dumpId);
    entries.push(entry);
  }
  const [tocBytes, tocSha256] = [scanner.offset, scanner.digest()];
  return { header, entries, tocBytes, tocSha256 };
}

/** A TOC that is cut or has lost entries is told by what follows it, and by data that would begin outside of the file. */
async function checkEnd(input: Input, { entries, tocBytes }: Archive, container: Container): Promise<void> {
  const behind = input.size - tocBytes;
  if (container !== 'file') {
    if (behind > 0) throw damaged(input, `${behind} bytes follow the last of its ${entries.length} entries`);
    return;
  }
  const outside = entries.find(
    ({ location }) =>
      location.kind === 'offset' &&
      location.state === 'set' &&
      (location.position < tocBytes || location.position >= input.size),
  );
  if (outside?.location.kind === 'offset')
    throw damaged(
      input,
      `the data of entry ${outside.dumpId} would begin at byte ${outside.location.position}, outside of the data, ` +
        `which lies between byte ${tocBytes} and the end at ${input.size}: it is cut off or was changed`,
    );
  if (behind === 0) {
    if (entries.some(entry => entry.hasData))
      throw damaged(input, 'it ends behind its table of contents: it is cut off');
    return;
  }
  const [type] = await input.read(tocBytes, 1);
  if (type !== 1 && type !== 3) throw damaged(input, `no data block begins at byte ${tocBytes}, behind the last entry`);
}

function damaged(input: Input, what: string): RoundtripError {
  return fault(
    'PGR302',
    `${input.name} is damaged: ${what}`,
    'make the dump again, or fetch it again if it was copied from elsewhere',
  );
}

function tooLarge(input: Input, what: string): RoundtripError {
  return fault(
    'PGR302',
    `the table of contents of ${input.name} has ${what}, which is more than pg-roundtrip reads`,
    'if the file is sound, dump the database in parts (schemas, or without large objects)',
  );
}
