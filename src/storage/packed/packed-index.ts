/**
 * What is kept beside the parts of a packed dump set, written last: where it is, the set is complete. It says nothing of
 * an encrypted dump that the dump's own size and time would not say.
 */
export interface PackedIndex {
  readonly schema: 1;
  readonly tool: string;
  /** When the dump was finished: ISO 8601 in UTC. */
  readonly finishedAt: string;
  /** The same for dump sets of the same databases and parts of them; a hash. */
  readonly series: string;
  /** SHA-256 of the SHA256SUMS inside: two dump sets are equal when these are. */
  readonly dumpSet: string;
  readonly encryption: 'none' | 'age';
  /** Of all parts together. */
  readonly bytes: number;
  /** In the order in which they are put together. */
  readonly parts: readonly PackedPart[];
  /** Undefined where it is encrypted. */
  readonly databases?: readonly string[] | undefined;
}

export interface PackedPart {
  /** Of the file beside the index. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export const indexName = 'index.json';
/** Longer than the index of 10,000 parts. */
export const longestIndex = 2_000_000;

export function renderIndex(index: PackedIndex): string {
  return `${JSON.stringify(index, undefined, 2)}\n`;
}

/** Reads an index that anyone may have written; undefined where it is none that `renderIndex` writes. */
export function parseIndex(text: string): PackedIndex | undefined {
  const value = parseJson(text);
  if (!isRecord(value) || value['schema'] !== 1) return undefined;
  const { tool, finishedAt, series, dumpSet, encryption, bytes, parts, databases } = value;
  if (typeof tool !== 'string' || typeof finishedAt !== 'string' || Number.isNaN(Date.parse(finishedAt)))
    return undefined;
  if (!isHash(series) || !isHash(dumpSet) || !isCount(bytes)) return undefined;
  if (encryption !== 'none' && encryption !== 'age') return undefined;
  if (databases !== undefined && !isTexts(databases)) return undefined;
  if (!Array.isArray(parts) || !parts.every(isPart)) return undefined;
  const names = new Set(parts.map(({ name }) => name));
  const sum = parts.reduce((total, part) => total + part.bytes, 0);
  if (names.size !== parts.length || sum !== bytes) return undefined;
  return { schema: 1, tool, finishedAt, series, dumpSet, encryption, bytes, parts, databases };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** No path: a part lies beside its index. */
const partName = /^[A-Za-z0-9%_-][A-Za-z0-9%._-]{0,250}$/;

function isPart(value: unknown): value is PackedPart {
  if (!isRecord(value)) return false;
  const { name, bytes, sha256 } = value;
  return typeof name === 'string' && partName.test(name) && name !== indexName && isCount(bytes) && isHash(sha256);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(one => typeof one === 'string');
}
