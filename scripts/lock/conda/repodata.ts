/** What conda's index says of one package. */
export interface CondaRecord {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly buildNumber: number;
  /** Below the channel's root, e.g. `osx-arm64/krb5-1.21.3-h237132a_0.conda`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly depends: readonly string[];
  /** Asked of packages only if something else brings them along. */
  readonly constrains: readonly string[];
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** A variant that is only for those who ask for it. */
  readonly special: boolean;
}

/** Packages of these make up most of an index, and no client of Postgres needs any. */
const interpreters = /^(python|python_abi|pypy|r-base|nodejs|julia)(\s|$)/;

/**
 * Reads the packages of a `repodata.json` that are `.conda` files. The text has hundreds of megabytes, more than one
 * string may have before long, so it is read entry by entry.
 */
export async function readRepodata(source: AsyncIterable<Uint8Array>, folder: string): Promise<readonly CondaRecord[]> {
  const found: CondaRecord[] = [];
  for await (const [file, text] of entries(source, 'packages.conda')) {
    const record: unknown = JSON.parse(text);
    const read = readRecord(file, folder, typeof record === 'object' && record !== null ? { ...record } : {});
    if (!read.depends.some(one => interpreters.test(one))) found.push(read);
  }
  return found;
}

function readRecord(file: string, folder: string, fields: Readonly<Record<string, unknown>>): CondaRecord {
  const wrong = (field: string): Error => new Error(`${folder}: the index gives no usable ${field} for ${file}`);
  const text = (field: string, form: RegExp): string => {
    const value = fields[field];
    if (typeof value !== 'string' || !form.test(value)) throw wrong(field);
    return value;
  };
  const number = (field: string, missing?: number): number => {
    const value = fields[field] ?? missing;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw wrong(field);
    return value;
  };
  const list = (field: string): readonly string[] => {
    const value = fields[field] ?? [];
    if (!Array.isArray(value) || !value.every(one => typeof one === 'string')) throw wrong(field);
    return value;
  };
  if (!/^[A-Za-z0-9_][\w.+!-]*\.conda$/.test(file)) throw wrong('path');
  return {
    name: text('name', /^[a-z0-9_][a-z0-9_.-]*$/),
    version: text('version', /^[\w.+!-]+$/),
    build: text('build', /^[\w.+]*$/),
    buildNumber: number('build_number', 0),
    path: `${folder}/${file}`,
    bytes: number('size'),
    sha256: text('sha256', /^[0-9a-f]{64}$/),
    depends: list('depends'),
    constrains: list('constrains'),
    timestamp: number('timestamp', 0),
    special: Boolean(fields['track_features']?.toString().trim()),
  };
}

const [quote, backslash, open, close, openList, closeList] = Buffer.from('"\\{}[]');

/** The members of one object at the top of a JSON text, each as name and text. An end within the text is an error. */
async function* entries(source: AsyncIterable<Uint8Array>, section: string): AsyncGenerator<[string, string]> {
  let [depth, inString, escaped, inSection, started] = [0, false, false, false, false];
  let name = '';
  /** Pieces of the string or entry that is being read, from earlier chunks. */
  let pieces: Uint8Array[] | undefined;
  for await (const chunk of source) {
    let start = 0;
    const take = (end: number): string => {
      const text = Buffer.concat([...(pieces ?? []), chunk.subarray(start, end)]).toString('utf8');
      pieces = undefined;
      return text;
    };
    const begin = (at: number): void => {
      [pieces, start] = [[], at];
    };
    // Deeper strings are part of an entry, and that is taken as a whole.
    const isName = (): boolean => depth === 1 || (depth === 2 && inSection);
    for (let at = 0; at < chunk.length; at += 1) {
      const sign = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (sign === backslash) escaped = true;
        else if (sign === quote) {
          inString = false;
          if (isName()) name = String(JSON.parse(take(at + 1)));
        }
      } else if (sign === quote) {
        inString = true;
        if (isName()) begin(at);
      } else if (sign === open || sign === openList) {
        if (depth === 1) inSection = name === section;
        else if (depth === 2 && inSection) begin(at);
        depth += 1;
        started = true;
      } else if (sign === close || sign === closeList) {
        depth -= 1;
        if (depth === 2 && inSection) yield [name, take(at + 1)];
      }
    }
    pieces?.push(chunk.subarray(start));
  }
  if (!started || depth !== 0 || inString) throw new Error('the index of the channel is cut off');
}
