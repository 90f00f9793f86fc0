import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Secret } from '../src/secret.ts';
import { fileContent } from '../src/storage/file-content.ts';
import { localStore } from '../src/storage/local/local-store.ts';
import { s3Store } from '../src/storage/s3/s3-store.ts';

/** One transfer, in a process of its own: `put|get`, a folder or an http endpoint, the key, the file. */
const [direction, place = '', key = '', file = ''] = process.argv.slice(2);
const store = place.startsWith('http') ? s3(new URL(place)) : localStore(place);
const signal = new AbortController().signal;
if (direction === 'put') {
  await store.put(key, await fileContent(file), signal);
} else {
  await pipeline(store.get(key, signal), createWriteStream(file));
  await store.remove(key, signal);
}

function s3(endpoint: URL) {
  const variable = (name: string, otherwise: string) => process.env[`S3_TEST_${name}`] ?? otherwise;
  return s3Store({
    bucket: variable('BUCKET', 'backups'),
    prefix: 'bench',
    endpoint,
    region: variable('REGION', 'us-east-1'),
    pathStyle: true,
    credentials: {
      accessKeyId: new Secret(variable('ACCESS_KEY_ID', '')),
      secretAccessKey: new Secret(variable('SECRET_ACCESS_KEY', '')),
      sessionToken: undefined,
    },
    allowInsecure: false,
    encryption: undefined,
    storageClass: undefined,
    objectLock: undefined,
    checksum: 'SHA256',
  });
}
