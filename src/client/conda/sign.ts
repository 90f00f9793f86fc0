import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fault } from '../../errors.ts';

/** Signs a program or library again after it was changed, with no identity, as linkers on macOS do. */
export async function signAgain(path: string): Promise<void> {
  if (process.platform !== 'darwin') return;
  try {
    await promisify(execFile)('/usr/bin/codesign', ['--force', '--sign', '-', path], { env: { LC_ALL: 'C' } });
  } catch (error) {
    throw fault(
      'PGR255',
      `${path} cannot be signed, and would not be run: ${error instanceof Error ? error.message : String(error)}`,
      'name an installed client in client.path, and please report it',
      error,
    );
  }
}
