import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { httpGet } from '../client/sealed/http-get.ts';
import { readProxySettings } from '../client/sealed/proxy.ts';
import { fault } from '../errors.ts';
import type { Environment } from './github-environment.ts';

/** GitHub's REST API (docs.github.com, "REST API endpoints for GitHub Actions artifacts"), as far as artifacts need it. */
export interface GithubRest {
  /** The parsed answer. `what` fits after "cannot be": throws PGR231 for any other status than 200. */
  get(path: string, what: string): Promise<unknown>;
  delete(path: string, what: string): Promise<void>;
  /** The answer itself, redirects followed. */
  open(path: string, what: string): Promise<IncomingMessage>;
}

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
  const ask = async (method: 'GET' | 'DELETE', path: string, what: string, expected: readonly number[]) => {
    const address = new URL(`${base.replace(/\/$/, '')}${path}`);
    const options = { proxies, agents: undefined, signal, method, authorization: `Bearer ${token}` } as const;
    const answer = await httpGet(address, options).catch((error: unknown) => {
      signal.throwIfAborted();
      throw fault('PGR231', `${what}: ${reasonOf(error)}`, 'run it again; else look at githubstatus.com', error);
    });
    if (expected.includes(answer.statusCode ?? 0)) return answer;
    answer.destroy();
    throw refused(what, answer.statusCode ?? 0);
  };
  return {
    async get(path, what) {
      const body = await text(await ask('GET', path, what, [200]));
      try {
        return JSON.parse(body);
      } catch (error) {
        throw fault('PGR231', `${what}: GitHub's answer is no JSON`, 'run it again', error);
      }
    },
    async delete(path, what) {
      (await ask('DELETE', path, what, [204])).resume();
    },
    open: (path, what) => ask('GET', path, what, [200]),
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
