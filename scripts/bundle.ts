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
 * Makes one file of those that ncc writes for each chunk, with each package once: under one name, each file would take
 * the place of the one before. A package begins with a line for its name and one for its licence.
 */
function gatherLicenses(folder: string): void {
  const files = readdirSync(folder).filter(name => name.endsWith('.licenses.txt'));
  const packages = files.flatMap(name =>
    readFileSync(join(folder, name), 'utf8')
      .trimEnd()
      .split(/\n\n(?=\S+\n\(?[A-Z0-9][\w.+-]*(?: OR .*)?\n)/),
  );
  for (const name of files) rmSync(join(folder, name));
  writeFileSync(join(folder, 'licenses.txt'), `${[...new Set(packages)].sort().join('\n\n')}\n`);
}

/** Starts a package's program with the Node that runs this script, so that the shell's PATH has no say. */
function run(packageName: string, program: string, args: readonly string[]): void {
  const folder = dirname(createRequire(join(root, 'package.json')).resolve(`${packageName}/package.json`));
  execFileSync(process.execPath, [join(folder, program), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
