import { inject } from 'vitest';
import { Secret } from '../../src/secret.ts';
import { findServerPrograms } from '../../src/throwaway/find-server-programs.ts';
import { chooseServer, type ServerPrograms } from '../../src/throwaway/server-programs.ts';
import {
  startThrowawayServer,
  type ThrowawayServer,
  type ThrowawayServerOptions,
} from '../../src/throwaway/throwaway-server.ts';
import type { TestServer } from './client-tools.ts';
import type { ServerFacts } from './server-broker.ts';

export { clientFolder, runTool, type TestServer, type ToolResult } from './client-tools.ts';
export { type Corpus, corpora, corpusAbsence, loadCorpus } from './corpora.ts';
export {
  dropDatabase,
  type FreshDatabase,
  freshDatabase,
  parametersOf,
  queryOn,
  urlOf,
  withClient,
} from './databases.ts';

/** Majors that can be started here and that the client found here can dump, oldest first. For `describe.each`. */
export const serverMajors: readonly number[] = inject('serverMajors');

/** The server of one major (by default the newest) that all tests share. Databases on it are to be a test's own. */
export async function sharedServer(major = newestMajor()): Promise<TestServer> {
  const response = await fetch(`${inject('brokerAddress')}/${major}`);
  if (!response.ok) throw new Error(await response.text());
  const facts = (await response.json()) as ServerFacts;
  return { ...facts, password: new Secret(facts.password) };
}

/** A server that one test may stop, kill and configure as it likes; gone after `body`. */
export async function withServer<Result>(
  major: number | undefined,
  options: Omit<ThrowawayServerOptions, 'programs'>,
  body: (server: ThrowawayServer) => Promise<Result>,
): Promise<Result> {
  await using server = await startThrowawayServer({ ...options, programs: await programsOf(major) });
  return await body(server);
}

/** The server programs of a major, by default the newest that the client can dump. */
export async function programsOf(major = newestMajor()): Promise<ServerPrograms> {
  const programs = chooseServer(await findServerPrograms([process.cwd()]), { major });
  if (programs === undefined) throw new Error(`no server programs of major ${major} on this machine`);
  return programs;
}

function newestMajor(): number {
  const newest = serverMajors.at(-1);
  if (newest === undefined) throw new Error('no Postgres server that the installed client can dump is on this machine');
  return newest;
}
