import { fault } from '../../errors.ts';
import type { StoredObject } from '../object-store.ts';
import { type Access, asFault } from './access.ts';
import { fullKey, placeOf } from './options.ts';

/** A million objects. */
const mostPages = 1_000;

/** Every object below the prefix, page by page to the last one. @throws PGR232 unless all could be listed. */
export async function listObjects(access: Access, signal: AbortSignal): Promise<readonly StoredObject[]> {
  const { options } = access;
  const place = placeOf(options);
  const prefix = fullKey(options, '');
  const found: StoredObject[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  try {
    do {
      const page = await access.send(
        ({ sdk, client }, abortSignal) =>
          client.send(
            new sdk.ListObjectsV2Command({
              Bucket: options.bucket,
              Prefix: prefix,
              // Some characters of keys cannot stand in XML.
              EncodingType: 'url',
              ...(token !== undefined && { ContinuationToken: token }),
            }),
            { abortSignal },
          ),
        signal,
      );
      const decode = page.EncodingType === 'url' ? urlDecoded : (text: string) => text;
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        if (Key === undefined || Size === undefined || LastModified === undefined) throw incomplete(place);
        const key = decode(Key);
        if (!key.startsWith(prefix)) throw incomplete(place);
        // Consoles make an empty object of the prefix itself.
        if (key !== prefix) found.push({ key: key.slice(prefix.length), bytes: Size, modifiedAt: LastModified });
      }
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      const endless = token !== undefined && (seen.has(token) || seen.size === mostPages);
      if (endless || page.IsTruncated === undefined || (page.IsTruncated && token === undefined))
        throw incomplete(place);
      if (token !== undefined) seen.add(token);
    } while (token !== undefined);
  } catch (error) {
    signal.throwIfAborted();
    throw asFault(error, `${place} could not be listed`, 's3:ListBucket');
  }
  return found;
}

/** As in a form: a plus sign is a space. */
function urlDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

function incomplete(place: string): Error {
  return fault(
    'PGR232',
    `${place} could not be listed: the list that the storage gave is not complete`,
    'run it again; nothing was decided from a part of the list',
  );
}
