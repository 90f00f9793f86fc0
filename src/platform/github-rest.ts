import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { httpGet } from '../client/sealed/http-get.ts';
import { readProxySettings } from '../client/sealed/proxy.ts';
import { type StallWatch, watchForStall } from '../client/sealed/stall-watch.ts';
import { fault, RoundtripError } from '../errors.ts';
import type { Environment } from './github-environment.ts';

/** GitHub's REST API (docs.github.com, "REST API endpoints for GitHub Actions artifacts"), as far as artifacts need it. */
export interface GithubRest {
  /** The parsed answer. `what` fits after "cannot be": throws PGR231 for any other status than 200. */
  get(path: string, what: string): Promise<unknown>;
  delete(path: string, what: string): Promise<void>;
  /** Writes what an address that redirects leads to into a new file. */
  save(path: string, file: string, what: string): Promise<void>;
}

/** How long GitHub may be silent, and how long one request may take at all: as long as a job. Milliseconds. */
const silence = 60_000;
const longest = 6 * 3_600_000;

/** With the token of the environment. Throws PGR134 where it has none. */
export function openRest(environment: Environment, signal: AbortSignal): GithubRest {
  return githubRest(environment, tokenOf(environment), signal);
}

export function tokenOf(environment: Environment): string {
  const token = environment['GITHUB_TOKEN'];
  if (token !== undefined && token !== '') return token;
  throw fault(
    'PGR134',
    'there is no token to ask GitHub for artifacts with',
    'set GITHUB_TOKEN to one that may read Actions, or give the action `github-token`',
  );
}

function githubRest(environment: Environment, token: string, signal: AbortSignal): GithubRest {
  const base = environment['GITHUB_API_URL'] || 'https://api.github.com';
  const proxies = readProxySettings(environment);
  /** Asks, and uses the answer while it is watched: silence ends both. */
  const ask = async <Result>(
    method: 'GET' | 'DELETE',
    path: string,
    what: string,
    use: (answer: IncomingMessage, watch: StallWatch) => Promise<Result>,
  ): Promise<Result> => {
    using watch = watchForStall(signal, silence, longest);
    try {
      const address = new URL(`${base.replace(/\/$/, '')}${path}`);
      const authorization = `Bearer ${token}`;
      const answer = await httpGet(address, {
        proxies,
        agents: undefined,
        signal: watch.signal,
        method,
        authorization,
      });
      if (answer.statusCode === (method === 'DELETE' ? 204 : 200)) return await use(answer, watch);
      answer.destroy();
      throw refused(what, answer.statusCode ?? 0);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RoundtripError) throw error;
      const reason = watch.stalled() ? `GitHub was silent for ${silence / 1000} s` : reasonOf(error);
      throw fault('PGR231', `${what}: ${reason}`, 'run it again; else look at githubstatus.com', error);
    }
  };
  return {
    get: (path, what) => ask('GET', path, what, async answer => JSON.parse(await text(answer)) as unknown),
    delete: (path, what) => ask('DELETE', path, what, async answer => void answer.resume()),
    save: (path, file, what) =>
      ask('GET', path, what, async (answer, watch) => {
        answer.on('data', watch.touch);
        await pipeline(answer, createWriteStream(file, { mode: 0o600, flags: 'wx' }), { signal: watch.signal });
      }),
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function refused(what: string, status: number): Error {
  const remedy = [401, 403, 404].includes(status)
    ? 'check the name, and that the token may read it: `permissions: { actions: read }`, to delete `actions: write`; for another repository, a token of its own as `github-token`'
    : 'run it again; else look at githubstatus.com';
  return fault('PGR231', `${what}: GitHub answered ${status}`, remedy);
}
