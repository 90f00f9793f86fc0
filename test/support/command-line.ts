import { join } from 'node:path';

/** The door, as its source. */
export const commandLine = join(import.meta.dirname, '../../src/cli.ts');

/** Node keeps what it has compiled, which spares each start some 0.4 s of computing: its source are hundreds of modules. */
export const compiledBefore = {
  NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/pg-roundtrip-tests'),
} as const;
