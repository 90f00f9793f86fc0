import { programPath } from '../src/client/installation.ts';
import { measure } from './measure.ts';
import type { Surroundings } from './ways.ts';

/** Runs SQL by psql; the first error ends it and is thrown. */
export function sqlRunner({ url, password, client }: Pick<Surroundings, 'url' | 'password' | 'client'>) {
  return async (sql: string, database = 'postgres'): Promise<void> => {
    await measure({
      program: programPath(client.folder, 'psql'),
      arguments: ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', url(database)],
      input: sql,
      environment: { PGPASSWORD: password.reveal() },
    });
  };
}
