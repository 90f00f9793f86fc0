import { knownHashes } from '../../../src/dumpset/known-hashes.ts';
import { plainPlatform } from '../../../src/platform/plain.ts';
import type { Platform } from '../../../src/platform/platform.ts';
import type { Session } from '../../../src/postgres/session.ts';
import { createProfile } from '../../../src/steps/profile.ts';
import type { Runtime } from '../../../src/steps/runtime.ts';
import type { Leftover } from '../../../src/steps/undo.ts';
import { parameters } from '../plan/contexts.ts';

export interface TestRuntime {
  readonly runtime: Runtime;
  /** All that was printed. */
  readonly printed: string[];
  /** What is on record as made and neither gone nor to stay. */
  readonly leftovers: Set<Leftover>;
}

/** A runtime in which nothing happens but what `changes` bring. */
export function testRuntime(privateFolder: string, changes: Partial<Runtime> = {}): TestRuntime {
  const printed: string[] = [];
  const leftovers = new Set<Leftover>();
  const sink = { write: (text: string) => printed.push(text) };
  const platform: Platform = plainPlatform({
    stdout: sink,
    stderr: sink,
    workspace: privateFolder,
    temporary: privateFolder,
    interactive: false,
  });
  const runtime: Runtime = {
    platform,
    runProcess: () => Promise.reject(new Error('nothing may be started here')),
    openSession: () => Promise.reject(new Error('no session may be opened here')),
    withPassword: async given => given,
    openStorage: () => Promise.reject(new Error('no storage may be opened here')),
    readUrl: () => {
      throw new Error('nothing may be read here');
    },
    connections: { source: parameters(), target: parameters() },
    timeouts: { connect: 10, lock: 30, stall: 300, total: undefined },
    clock: { now: () => new Date(0), seconds: () => 0 },
    known: knownHashes(),
    profile: createProfile({ seconds: () => 0 }),
    signal: new AbortController().signal,
    privateFolder,
    undo: {
      record: leftover => {
        leftovers.add(leftover);
        return () => leftovers.delete(leftover);
      },
    },
    throttle: undefined,
    applicationName: 'us',
    version: '0',
    touch: () => {},
    copiedBytes: () => 0,
    ...changes,
  };
  return { runtime, printed, leftovers };
}

/** A session that answers each statement as `answer` does. */
export function fakeSession(answer: (sql: string, values?: readonly unknown[]) => unknown): Session {
  return {
    query: async (sql, values) => ((await answer(sql, values)) ?? []) as never,
    async *copyOut() {},
    texts: async () => [],
    serverVersion: { major: 15, minor: 18, text: '15.18' },
    backendPid: 1,
    host: { host: 'db', address: undefined, port: 5432 },
    encrypted: false,
    pooled: false,
    [Symbol.asyncDispose]: async () => {},
  };
}
