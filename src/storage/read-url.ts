import { httpGet } from '../client/sealed/http-get.ts';
import type { ProxySettings } from '../client/sealed/proxy.ts';
import { watchForStall } from '../client/sealed/stall-watch.ts';
import { fault, RoundtripError } from '../errors.ts';

/** How long a server may be silent, and how long one answer may take at all. Milliseconds. */
const silence = 60_000;
const longest = 6 * 3_600_000;

/**
 * Reads what an address leads to. Redirects are followed, never from https to http.
 *
 * @throws PGR231 where the server has nothing, PGR232 where it does not give it whole.
 */
export async function* readUrl(url: URL, proxies: ProxySettings, signal: AbortSignal): AsyncGenerator<Buffer> {
  const shown = shownUrl(url);
  using watch = watchForStall(signal, silence, longest);
  try {
    const answer = await httpGet(url, { proxies, agents: undefined, signal: watch.signal });
    const { statusCode = 0, headers } = answer;
    if (statusCode !== 200) {
      answer.destroy();
      const code = statusCode === 404 || statusCode === 410 ? 'PGR231' : 'PGR232';
      throw fault(code, `${shown} answered ${statusCode}`, 'check the address, and whether it has expired');
    }
    const length = Number(headers['content-length'] ?? Number.NaN);
    let bytes = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      watch.touch();
      bytes += chunk.length;
      yield chunk;
    }
    if (!Number.isNaN(length) && bytes !== length) throw new Error(`${bytes} of ${length} bytes came`);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RoundtripError) throw error;
    const reason = watch.stalled() ? `nothing came for ${silence / 1000} s` : reasonOf(error);
    throw fault('PGR232', `${shown} could not be read: ${reason}`, 'run it again', error);
  }
}

/** Without login and query, which may be secrets. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
