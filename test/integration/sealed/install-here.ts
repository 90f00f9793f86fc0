import { RoundtripError } from '../../../src/errors.ts';
import { installReal, lockedSet } from './real-set.ts';

/** `node install-here.ts ROOT`: installs the client 17 and prints how that ended, for tests in a namespace of their own. */
try {
  const folder = await installReal(lockedSet('client', 17), process.argv[2] ?? '');
  process.stdout.write(`installed ${folder.root}\n`);
} catch (error) {
  process.stdout.write(`${error instanceof RoundtripError ? error.message : String(error)}\n`);
}
