import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that nobody listens on now. Someone may take it before we do, so whoever uses it has to be ready to retry. */
export async function freePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}
