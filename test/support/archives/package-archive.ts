import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

/** One suite of a package archive: index texts by component and architecture, as in `main arm64`. */
export interface SuiteContent {
  readonly name: string;
  readonly indexes: Readonly<Record<string, string>>;
}

export interface ReleaseTimes {
  readonly date: Date;
  readonly validUntil?: Date;
}

/** The files of a suite by their path below the archive's root; `sign` makes `InRelease` of the release's text. */
export async function suiteFiles(
  { name, indexes }: SuiteContent,
  { date, validUntil }: ReleaseTimes,
  sign: (text: string) => Promise<string>,
): Promise<ReadonlyMap<string, string>> {
  const files = Object.entries(indexes).map(([key, text]) => {
    const [component = '', architecture = ''] = key.split(' ');
    return [`${component}/binary-${architecture}/Packages`, text] as const;
  });
  const words = (position: 0 | 1) => [...new Set(Object.keys(indexes).map(key => key.split(' ')[position]))].join(' ');
  const release = [
    'Origin: Test',
    `Suite: ${name}`,
    `Codename: ${name}`,
    `Date: ${date.toUTCString().replace('GMT', 'UTC')}`,
    ...(validUntil === undefined ? [] : [`Valid-Until: ${validUntil.toUTCString().replace('GMT', 'UTC')}`]),
    `Architectures: ${words(1)}`,
    `Components: ${words(0)}`,
    'SHA256:',
    ...files.map(
      ([path, text]) => ` ${createHash('sha256').update(text).digest('hex')} ${Buffer.byteLength(text)} ${path}`,
    ),
    '',
  ].join('\n');
  const below = `dists/${name}`;
  return new Map([
    [`${below}/InRelease`, await sign(release)],
    ...files.map(([path, text]) => [`${below}/${path}`, text] as const),
  ]);
}

export interface ServedFiles extends AsyncDisposable {
  readonly url: string;
}

/** Serves files on loopback; what is not among them is answered with 404. */
export async function serveFiles(files: ReadonlyMap<string, string>): Promise<ServedFiles> {
  const server = createServer((request, response) => {
    const text = files.get(decodeURIComponent(request.url ?? '').slice(1));
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
