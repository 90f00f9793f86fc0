import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
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
    'licenses.txt',
    '--quiet',
  ]);
}
rmSync(build, { recursive: true, force: true });

/** Starts a package's program with the Node that runs this script, so that the shell's PATH has no say. */
function run(packageName: string, program: string, args: readonly string[]): void {
  const folder = dirname(createRequire(join(root, 'package.json')).resolve(`${packageName}/package.json`));
  execFileSync(process.execPath, [join(folder, program), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
