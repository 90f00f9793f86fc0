import { open } from 'node:fs/promises';
import type { DumpedSequence } from '../../dumpset/manifest.ts';
import { fault } from '../../errors.ts';
import { type Bytes, fileBytes } from '../archive/data/bytes.ts';
import { decode } from '../archive/data/decode.ts';
import { declaredEncoding } from '../archive/encoding.ts';
import type { Compression, TocEntry } from '../archive/model.ts';
import { relationOf } from '../archive/table-data.ts';
import { createScriptSplitter } from './split-script.ts';

/** What tells how the text of a plain dump is compressed, by the end of its name. */
const suffixes: Readonly<Record<Compression['kind'], string>> = {
  none: '.sql',
  gzip: '.sql.gz',
  lz4: '.sql.lz4',
  zstd: '.sql.zst',
};

export function plainSuffix(compression: Compression['kind']): string {
  return suffixes[compression];
}

/** A piece of a file that is psql's to read; all of it where `bytes` is undefined. */
export interface PlainText {
  readonly path: string;
  readonly start?: number;
  readonly bytes?: number;
}

/** The text of a plain dump, decompressed. Throws PGR302 while it is read. */
export async function* plainText({ path, start = 0, bytes }: PlainText): Bytes & AsyncGenerator<Buffer> {
  const kinds = Object.keys(suffixes) as Compression['kind'][];
  const kind = kinds.find(each => path.endsWith(suffixes[each])) ?? 'none';
  const handle = await open(path, 'r');
  try {
    const raw = bytes === undefined ? fileBytes(handle, start) : first(bytes, fileBytes(handle, start));
    yield* decode(raw, { kind, container: 'file' }, path);
  } finally {
    await handle.close();
  }
}

async function* first(count: number, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = count;
  for await (const piece of source) {
    yield piece.subarray(0, left);
    left -= piece.length;
    if (left <= 0) return;
  }
}

/**
 * Reads a plain dump that pg_dump has just written, and gives the positions to which it sets the sequences: these are in
 * no snapshot, so that the text alone knows them. `entries` is the table of contents that was made beside it.
 *
 * Throws PGR220 for a text that is cut off and PGR210 for one that holds the rows of other tables than its contents say.
 */
export async function readPlainDump(path: string, entries: readonly TocEntry[]): Promise<readonly DumpedSequence[]> {
  const copied: string[] = [];
  const positions = new Map<string, { readonly lastValue: string; readonly isCalled: boolean }>();
  let complete = false;
  const splitter = createScriptSplitter(({ kind, text }) => {
    if (kind === 'comment') complete ||= text === '-- PostgreSQL database dump complete';
    if (kind !== 'statement') return;
    if (/^COPY .* FROM stdin$/s.test(text)) copied.push(text);
    const [, sequence, lastValue, isCalled] = setPosition.exec(text) ?? [];
    if (sequence !== undefined && lastValue !== undefined)
      positions.set(sequence, { lastValue, isCalled: isCalled === 'true' });
  });
  for await (const bytes of plainText({ path })) splitter.write(bytes);
  splitter.end();
  if (!complete)
    throw fault(
      'PGR220',
      `the disk is full: pg_dump reported no failure, but its text ${path} is cut off`,
      'free some space, or use a larger disk or runner',
    );
  const bytesOf = byteText(entries);
  const expected = entries.flatMap(({ copyStatement }) =>
    copyStatement === undefined ? [] : [bytesOf(copyStatement)],
  );
  if (JSON.stringify(copied) !== JSON.stringify(expected.map(statement => statement.trimEnd().replace(/;$/, ''))))
    throw differs(path, 'the rows of other tables');
  return entries
    .filter(entry => entry.description === 'SEQUENCE SET')
    .map(entry => {
      const [, sequence = ''] =
        setPosition.exec(
          bytesOf(entry.definition ?? '')
            .trimEnd()
            .replace(/;$/, ''),
        ) ?? [];
      const position = positions.get(sequence);
      if (position === undefined) throw differs(path, 'other sequences');
      return { ...relationOf(entry), ...position };
    });
}

/** The name, as SQL quotes it, is compared as it is. */
const setPosition = /^SELECT pg_catalog\.setval\((E?'.*'), (-?\d{1,19}), (true|false)\)$/s;

/** A text of the contents with one character for each byte, as the text of the dump is read. */
function byteText(entries: readonly TocEntry[]): (text: string) => string {
  if (declaredEncoding(entries) !== 'UTF8') return text => text;
  return text => Buffer.from(text, 'utf8').toString('latin1');
}

function differs(path: string, what: string): Error {
  return fault(
    'PGR210',
    `pg_dump has written ${what} to ${path} than to its table of contents`,
    'run it again when nothing changes the schema',
  );
}
