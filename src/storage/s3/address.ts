import { fault } from '../../errors.ts';
import { isPublic } from '../../postgres/connection/exposure.ts';
import { placeOf, type S3Options } from './options.ts';

/**
 * Where requests go. Given to the SDK in any case, as it would look for one in variables and files otherwise.
 *
 * @throws PGR113 for plain HTTP to a public address, which is refused before anything is sent.
 */
export function addressOf({ endpoint, region, allowInsecure, ...location }: S3Options): URL {
  if (endpoint === undefined) {
    const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    return new URL(`https://s3.${region}.${domain}`);
  }
  const host = { host: endpoint.hostname.replace(/^\[|\]$/g, ''), address: undefined, port: 0 };
  if (endpoint.protocol === 'https:' || allowInsecure || !isPublic(host)) return endpoint;
  throw fault(
    'PGR113',
    `refusing to send ${placeOf(location)} unencrypted to ${endpoint.host}`,
    'write an endpoint with https://, or allow-insecure: true',
  );
}
