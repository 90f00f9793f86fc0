import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/**
 * Makes the two bundles: tsc first, then ncc over its output, as ncc cannot drive TypeScript 7. The compiled files lie
 * in `build` inside the project: ncc names modules after their paths, so any other folder would give other bytes.
 *
 *     node scripts/bundle.ts [FOLDER]      FOLDER is dist unless given
 */
const root = resolve(import.meta.dirname, '..');
const target = resolve(process.argv[2] ?? join(root, 'dist'));
const build = join(root, 'build');

rmSync(build, { recursive: true, force: true });
run('typescript', 'bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', build]);
// ncc takes no stale chunk away.
rmSync(target, { recursive: true, force: true });
for (const door of ['action', 'cli']) {
  const from = join(build, `${door}.js`);
  run('@vercel/ncc', 'dist/ncc/cli.js', [
    'build',
    from,
    '--out',
    join(target, door),
    '--license',
    '[id].licenses.txt',
    '--quiet',
  ]);
  gatherLicenses(join(target, door));
}
rmSync(build, { recursive: true, force: true });

/**
 * Makes one file of those that ncc writes for each chunk: under one name, each would take the place of the one before.
 * A package begins with a line for its name and one for its licence. ncc leaves out what is merged into another
 * package's module, so that is added.
 */
function gatherLicenses(folder: string): void {
  const names = readdirSync(folder);
  const read = (ending: string) =>
    names.filter(name => name.endsWith(ending)).map(name => readFileSync(join(folder, name), 'utf8'));
  const told = read('.licenses.txt').flatMap(text =>
    text.trimEnd().split(/\n\n(?=\S+\n\(?[A-Z0-9][\w.+-]*(?: OR .*)?\n)/),
  );
  const merged = read('index.js').flatMap(text =>
    Array.from(
      text.matchAll(/^;\/\/ CONCATENATED MODULE: \.\/(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//gm),
      ([, path = '']) => path,
    ),
  );
  const all = new Map([...new Set(merged)].map(licenseOf).map(text => [firstLine(text), text]));
  for (const text of told) all.set(firstLine(text), text);
  for (const name of names.filter(each => each.endsWith('.licenses.txt'))) rmSync(join(folder, name));
  const sorted = [...all].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text);
  writeFileSync(join(folder, 'licenses.txt'), `${sorted.join('\n\n')}\n`);
}

function licenseOf(path: string): string {
  const { name, license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const file = readdirSync(join(root, path)).find(each => /^licen[cs]e/i.test(each));
  const text = file === undefined ? '' : `\n${readFileSync(join(root, path, file), 'utf8').trimEnd()}`;
  return `${name}\n${license}${text}`;
}

function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\n'));
}

/** Starts a package's program with the Node that runs this script, so that the shell's PATH has no say. */
function run(packageName: string, program: string, args: readonly string[]): void {
  const folder = dirname(createRequire(join(root, 'package.json')).resolve(`${packageName}/package.json`));
  execFileSync(process.execPath, [join(folder, program), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
