import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The command line as its source, and what lets Node keep the compiled modules of it: a start costs less than half then. */
export const commandLine = join(root, 'src/cli.ts');
export const compiled = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') } as const;
