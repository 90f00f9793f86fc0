import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { programPath } from '../../../src/client/installation.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Finding } from '../../../src/diagnosis/model.ts';
import { readArchive } from '../../../src/postgres/archive/read.ts';
import type { Program } from '../../../src/postgres/process.ts';
import { createMessageReader, type ToolMessage } from '../../../src/postgres/tool-output.ts';
import { Secret } from '../../../src/secret.ts';
import type { FreshDatabaseOptions } from '../../support/databases.ts';
import type { Row } from '../../support/diagnosis-sheet.ts';
import { sealedClient } from '../../support/sealed.ts';
import {
  clientFolder,
  type FreshDatabase,
  freshDatabase,
  queryOn,
  sharedServer,
  type TestServer,
} from '../../support/servers.ts';
import { kitchenSink } from '../verify/kitchen-sink.ts';

/** One way to provoke a kind of failure with the real tools. */
export interface Reproduction {
  readonly row: Row;
  readonly how: string;
  /** Why it cannot be provoked on this machine; undefined where it can. */
  readonly absence?: (bench: Bench) => Promise<string | undefined>;
  /** What the product makes of what the tool said. */
  readonly run: (bench: Bench) => Promise<readonly Finding[]>;
  /** Among others; else it is the first and only cause that touches the copy. */
  readonly amongOthers?: true;
  /** The kind of the one cause that it follows from: it is never a cause itself. */
  readonly followsFrom?: string;
  /** Something of what is told of it. */
  readonly tells?: Partial<Finding>;
}

export interface SayOptions {
  readonly on?: TestServer;
  /** Of the programs; by default those of this machine. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  /** Whose table of contents is read, as the product does. */
  readonly archive?: string;
}

export interface Bench extends AsyncDisposable {
  readonly server: TestServer;
  /** The same server as a role that may do nothing. */
  readonly low: TestServer;
  readonly folder: string;
  /** A database with a schema of its own, and its archives. */
  readonly source: FreshDatabase;
  readonly custom: string;
  readonly directory: string;
  readonly plain: string;
  /** A database with nearly every kind of object, and its archive. */
  readonly sink: FreshDatabase;
  readonly sinkArchive: string;
  /** A database that is gone at the end. */
  database(options?: FreshDatabaseOptions, server?: TestServer): Promise<FreshDatabase>;
  /** Runs a tool to its end and gives the causes of its errors. */
  say(program: Program, parameters: readonly string[], options?: SayOptions): Promise<readonly Finding[]>;
  /** Runs a tool that has to succeed. */
  succeed(program: Program, parameters: readonly string[], options?: SayOptions): Promise<void>;
  /** Dumps a database into a custom archive. */
  dump(database: string, more?: readonly string[], options?: SayOptions): Promise<string>;
  /** The folder of programs of another major; throws where there are none. */
  client(major: number): Promise<string>;
}

const library = `
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('good', 'bad');
CREATE TABLE app.z_author (id integer PRIMARY KEY, name text, mood app.mood);
CREATE TABLE app.a_title (id integer PRIMARY KEY, author integer REFERENCES app.z_author, name text UNIQUE);
CREATE TABLE app.note (line text);
CREATE SEQUENCE app.counter;
CREATE VIEW app.titles AS SELECT t.name, a.name AS author FROM app.a_title t JOIN app.z_author a ON a.id = t.author;
CREATE INDEX title_author ON app.a_title (author);
CREATE FUNCTION app.of(integer) RETURNS SETOF app.a_title LANGUAGE sql AS 'SELECT * FROM app.a_title WHERE author = $1';
CREATE TABLE public.plain (id integer PRIMARY KEY);
INSERT INTO app.z_author SELECT n, 'a', 'good' FROM generate_series(1, 30) n;
INSERT INTO app.a_title SELECT n, n % 30 + 1, 't' || n FROM generate_series(1, 500) n;
INSERT INTO app.note VALUES ('one'), ('two');
`;

/** Why there are no programs of these majors; undefined if there are. */
export function lacksClient(...majors: readonly number[]): () => Promise<string | undefined> {
  return async () => {
    const found = await Promise.all(majors.map(sealedClient));
    return found.map(one => (one.kind === 'absent' ? one.reason : undefined)).find(reason => reason !== undefined);
  };
}

export async function openBench(): Promise<Bench> {
  const server = await sharedServer(15);
  const folder = await mkdtemp(join(tmpdir(), 'diagnosis-'));
  const made: AsyncDisposable[] = [];
  const prefix = `d${randomBytes(4).toString('hex')}`;
  const password = new Secret('lowly');
  await queryOn(server, 'postgres', `CREATE ROLE ${prefix}_low LOGIN PASSWORD '${password.reveal()}'`);
  let dumps = 0;

  async function run(program: Program, parameters: readonly string[], options: SayOptions) {
    const { on = server, environment = {} } = options;
    const child = spawn(programPath(options.folder ?? clientFolder(), program), parameters, {
      cwd: folder,
      env: {
        LC_ALL: 'C',
        PGHOST: on.host,
        PGPORT: String(on.port),
        PGUSER: on.user,
        PGPASSWORD: on.password.reveal(),
        ...environment,
      },
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { status: child.exitCode, stdout, stderr };
  }

  const bench = {
    server,
    low: { ...server, user: `${prefix}_low`, password },
    folder,
    async database(options: FreshDatabaseOptions = {}, on = server) {
      const database = await freshDatabase(on, options);
      made.push(database);
      return database;
    },
    async say(program: Program, parameters: readonly string[], options: SayOptions = {}) {
      const { stderr, stdout } = await run(program, parameters, options);
      const errors: ToolMessage[] = [];
      const reader = createMessageReader(program, message => {
        if (message.level === 'error') errors.push(message);
      });
      // Psql says on standard output that it was given an archive.
      const said = stderr === '' && program === 'psql' ? stdout : stderr;
      for (const line of said.split('\n').slice(0, -1)) reader.line(line);
      reader.end();
      const entries = options.archive === undefined ? [] : (await readArchive(options.archive)).entries;
      return diagnose(errors, { program, user: (options.on ?? server).user, database: 'target', entries });
    },
    async succeed(program: Program, parameters: readonly string[], options: SayOptions = {}) {
      const { status, stderr } = await run(program, parameters, options);
      if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
    },
    async dump(database: string, more: readonly string[] = [], options: SayOptions = {}) {
      const file = join(folder, `${++dumps}.dump`);
      await bench.succeed('pg_dump', ['-Fc', '-f', file, ...more, database], options);
      return file;
    },
    async client(major: number) {
      const found = await sealedClient(major);
      if (found.kind === 'absent') throw new Error(found.reason);
      return found.programs;
    },
  };
  const source = await bench.database({ sql: library });
  const sink = await bench.database({ sql: kitchenSink(prefix) });
  const [directory, plain] = [join(folder, 'directory'), join(folder, 'plain.sql')];
  await bench.succeed('pg_dump', ['-Fd', '-f', directory, source.name]);
  await bench.succeed('pg_dump', ['-f', plain, source.name]);
  return {
    ...bench,
    source,
    sink,
    directory,
    plain,
    custom: await bench.dump(source.name),
    sinkArchive: await bench.dump(sink.name),
    async [Symbol.asyncDispose]() {
      for (const one of made.toReversed()) await one[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
      await queryOn(server, 'postgres', `DROP ROLE ${prefix}_low, ${prefix}_owner, ${prefix}_reader`);
    },
  };
}
