import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';

/**
 * Stores, reads, lists and deletes an object in a process of its own, and prints what the process has looked at
 * meanwhile: files in a folder `.aws`, and hosts that it connected to. `argv[2]` says where, as JSON.
 */
const { endpoint, region, accessKeyId, secretAccessKey, proxy } = JSON.parse(process.argv[2] ?? '{}');
const reads: string[] = [];
const hosts = new Set<string>();
watchFiles(fs, ['readFile', 'readFileSync', 'open', 'openSync', 'createReadStream']);
watchFiles(fs.promises, ['readFile', 'open']);
syncBuiltinESMExports();
const connect: unknown = Reflect.get(Socket.prototype, 'connect');
if (typeof connect !== 'function') throw new Error('there is no connect');
Reflect.set(Socket.prototype, 'connect', function watched(this: Socket, ...given: unknown[]) {
  const [first] = given.flat();
  if (typeof first === 'object' && first !== null)
    hosts.add(`${Reflect.get(first, 'host')}:${Reflect.get(first, 'port')}`);
  return Reflect.apply(connect, this, given);
});
const warnings: string[] = [];
process.on('warning', warning => warnings.push(warning.message));

const { s3Store } = await import('../../src/storage/s3/s3-store.ts');
const { Secret } = await import('../../src/secret.ts');
const { contentOf, never, quickly, readAll, someBytes } = await import('./stored-objects.ts');
const store = s3Store(
  {
    bucket: 'backups',
    prefix: '',
    endpoint: endpoint === undefined ? undefined : new URL(endpoint),
    region,
    pathStyle: endpoint !== undefined,
    credentials: {
      accessKeyId: new Secret(accessKeyId),
      secretAccessKey: new Secret(secretAccessKey),
      sessionToken: undefined,
    },
    allowInsecure: false,
    encryption: undefined,
    storageClass: undefined,
    objectLock: undefined,
    checksum: 'SHA256',
  },
  { ...quickly, proxies: { http: undefined, https: proxy === undefined ? undefined : new URL(proxy), except: [] } },
);
const body = someBytes(6_000_000);
await store.put('set.tar', contentOf(body), never);
const same = (await readAll(store.get('set.tar', never))).equals(body);
const listed = (await store.list(never)).map(({ key }) => key);
await store.remove('set.tar', never);
console.log(
  JSON.stringify({ same, listed, left: (await store.list(never)).length, reads, hosts: [...hosts], warnings }),
);

function watchFiles(module: object, names: readonly string[]): void {
  for (const name of names) {
    const original: unknown = Reflect.get(module, name);
    if (typeof original !== 'function') throw new Error(`there is no ${name}`);
    Reflect.set(module, name, (...given: unknown[]) => {
      if (String(given[0]).includes('.aws')) reads.push(String(given[0]));
      return Reflect.apply(original, module, given);
    });
  }
}
