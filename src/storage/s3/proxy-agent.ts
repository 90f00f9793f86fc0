import { Agent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { openTunnel } from '../../client/sealed/tunnel.ts';

/** Reaches hosts through a tunnel of an HTTP proxy, which so sees no more than their names. */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #limit: number;

  /** `limit`: milliseconds in which the proxy has to answer. */
  constructor(proxy: URL, limit: number) {
    super({ keepAlive: true });
    this.#proxy = proxy;
    this.#limit = limit;
  }

  override createConnection(
    options: { readonly host?: string | null; readonly port?: string | number | null },
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const host = (options.host ?? '').replace(/^\[|\]$/g, '');
    const authority = isIP(host) === 6 ? `[${host}]` : host;
    openTunnel(this.#proxy, authority, Number(options.port ?? 443), AbortSignal.timeout(this.#limit)).then(
      socket => callback?.(null, secured(socket, host)),
      (error: Error) => callback?.(error, undefined as unknown as Duplex),
    );
  }
}

/** An address has no place in the name that TLS sends ahead; the certificate is still checked against it. */
function secured(socket: Socket, host: string): Duplex {
  return connectTls({ socket, host, ...(isIP(host) === 0 ? { servername: host } : {}) });
}
