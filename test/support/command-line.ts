import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * The command line: as its source, or, where TESTED=dist, as it is shipped, which starts three times as fast. Node may keep what it
 * has compiled: a start costs less than half then.
 */
export const commandLine = join(root, process.env['TESTED'] === 'dist' ? 'dist/cli/index.js' : 'src/cli.ts');
export const compiled = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') } as const;
