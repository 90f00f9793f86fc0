import { fault } from '../errors.ts';

/** Where a dump set lies, or several, as it is written in one word. */
export type Place =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'artifact'; readonly name: string; readonly branch: string | undefined }
  /** `name` is the last part of the address: the dump set, where one is meant. */
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string; readonly name: string };

/**
 * Reads `s3://BUCKET/PREFIX/NAME`, `https://…`, `artifact:NAME@BRANCH`, else the path of a folder.
 *
 * @throws PGR129 for what looks like one of them and is none.
 */
export function parsePlace(text: string): Place {
  if (/^https?:\/\//.test(text)) return { kind: 'url', url: text };
  if (text.startsWith('s3:')) return s3Place(text);
  if (!text.startsWith('artifact:')) return { kind: 'folder', path: text };
  const { name, branch } = /^artifact:(?<name>[^@/\\]+)(?:@(?<branch>.+))?$/.exec(text)?.groups ?? {};
  if (name !== undefined) return { kind: 'artifact', name, branch };
  throw fault('PGR129', 'the artifact has no name', 'write artifact:NAME or artifact:NAME@BRANCH');
}

function s3Place(text: string): Place {
  const { bucket, path = '' } = /^s3:\/\/(?<bucket>[^/@]+)(?:\/(?<path>.*?))?\/?$/s.exec(text)?.groups ?? {};
  if (bucket === undefined) throw fault('PGR129', 'the address of the bucket is malformed', 'write s3://BUCKET/PREFIX');
  const slash = path.lastIndexOf('/');
  return { kind: 's3', bucket, prefix: slash < 0 ? '' : path.slice(0, slash), name: path.slice(slash + 1) };
}
