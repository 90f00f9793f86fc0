import type { Duplex } from 'node:stream';
import { fault } from '../errors.ts';
import type { SslMode } from './connection-parameters.ts';
import { nextEvent, type Target } from './session-stream.ts';

export type Encryption = 'plain' | 'tls';

/**
 * In which order a mode tries the two (manual, "SSL Mode Descriptions"). A second one is tried where the first failed
 * by the handshake or was rejected by the server, as a server may let a role in only one way. Unix sockets are never
 * encrypted, whatever the mode says.
 */
export function encryptionOrder(mode: SslMode, target: Target): readonly [Encryption, ...Encryption[]] {
  if (target.kind === 'socket') return ['plain'];
  switch (mode) {
    case 'disable':
      return ['plain'];
    case 'allow':
      return ['plain', 'tls'];
    case 'prefer':
      return ['tls', 'plain'];
    case 'require':
    case 'verify-ca':
    case 'verify-full':
      return ['tls'];
  }
}

/**
 * Asks the server whether it speaks TLS. What follows the one letter of the answer in the same breath was put there by
 * somebody in between, before any encryption (CVE-2021-23222), so it is refused.
 */
export async function askForEncryption(stream: Duplex, signal: AbortSignal): Promise<boolean> {
  const request = Buffer.alloc(8);
  request.writeInt32BE(8, 0);
  request.writeInt32BE(80_877_103, 4);
  const answered = nextEvent(stream, 'data', signal);
  stream.write(request);
  const answer = await answered;
  // The whole chunk is compared, so that a letter with anything behind it is neither of the two.
  const letter = Buffer.isBuffer(answer) ? answer.toString('latin1') : '';
  if (letter === 'S') return true;
  if (letter === 'N') return false;
  throw fault(
    'PGR203',
    'the server gave no proper answer to the request for encryption',
    'check that host and port are those of a Postgres server; it may also have too many connections',
  );
}
