import { execFileSync } from 'node:child_process';
import { findInstallations } from '../src/client/installation.ts';

/**
 * Makes sure that a Postgres client is there for the tests. The servers come with npm; a client is taken from the
 * distribution's packages where this machine has apt and lets us install, else what to do is said.
 */
if ((await findInstallations()).length === 0) {
  const privileged = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  try {
    for (const args of [
      ['update', '-q'],
      ['install', '-y', '-q', '--no-install-recommends', 'postgresql-client'],
    ]) {
      const [program = 'apt-get', ...rest] = [...privileged, 'apt-get', ...args];
      execFileSync(program, rest, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    }
  } catch {
    console.error(
      'The tests need a Postgres client (pg_dump, pg_restore, psql, pg_dumpall), and none could be installed.',
    );
    console.error('Install one: apt-get install postgresql-client (Debian, Ubuntu), brew install libpq (macOS).');
    process.exit(1);
  }
}
