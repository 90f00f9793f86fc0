import type { Config } from '../../../src/config/config.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import type { Environment } from '../../../src/config/source/variables.ts';
import { type Problem, RoundtripError } from '../../../src/errors.ts';

export const surroundings = { workspace: '/srv/space', temporary: '/srv/temporary' } as const;

export function parse(text: string, environment: Environment = {}): Config {
  return parseConfig(text, { ...surroundings, environment, file: 'roundtrip.yml' });
}

/** What is wrong with a text; empty when nothing is. Anything thrown but a RoundtripError fails the test. */
export function problemsOf(action: () => unknown): readonly Problem[] {
  try {
    action();
    return [];
  } catch (error) {
    if (error instanceof RoundtripError) return error.problems;
    throw error;
  }
}

/** A problem as `PGR123 4:9 message`. */
export function brief({ code, at, message }: Problem): string {
  return at === undefined ? `${code} ${message}` : `${code} ${at.line}:${at.column} ${message}`;
}

/** What is tried, a text, and every problem that it has, with its place. */
export type Case = readonly [what: string, text: string, problems: readonly string[]];

/** A file with two connections and these steps; the first step stands in line 6. */
export function withSteps(...steps: readonly string[]): string {
  return `version: 1
connections:
  source: { host: localhost, protected: true }
  target: { host: localhost }
steps:
${steps.join('\n')}
`;
}

/** A file with one connection, whose keys begin in line 4. */
export function withConnection(...lines: readonly string[]): string {
  return `version: 1
connections:
  db:
${lines.map(line => `    ${line}`).join('\n')}
steps:
  - dump: { from: db, to: out }
`;
}

/** The example of the design, restricted to the steps that exist. */
export const example = `version: 1
connections:
  staging:
    url: \${STAGING_DATABASE_URL}          # or host, port, user, password, database, sslmode …
    protected: true                       # never a restore target
  scratch:
    url: postgres://postgres:postgres@localhost:5432/postgres
client:
  version: auto                           # the server's major; or a number
steps:
  - dump:
      from: staging
      databases: [app, billing_*]
      globals: true
      format: directory
      jobs: auto
      exclude: { table-data: [public.event_log] }
      to: dumps/staging
  - restore:
      from: dumps/staging
      into: scratch
      as: { app: app_copy }
  - verify: { level: counts }
  - publish:
      artifact: staging-dump
      retention-days: 7
`;
