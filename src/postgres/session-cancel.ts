import type { ConnectionParameters } from './connection-parameters.ts';
import { type OpenedClient, openChannel } from './session-attempt.ts';
import { deadline } from './session-deadline.ts';
import { nextEvent, openSocket } from './session-stream.ts';
import { readTlsOptions } from './session-tls.ts';

/** Seconds. Whoever cancels is in a hurry. */
const limit = 1.5;

/**
 * Asks the server to stop what the session runs (manual, "Canceling Requests in Progress"), over a connection of its
 * own that is encrypted like the session, since the key in it is as good as the right to cancel. Best effort: never rejects.
 */
export async function sendCancelRequest(opened: OpenedClient, parameters: ConnectionParameters): Promise<void> {
  const { cancelKey, host, target } = opened;
  if (cancelKey === undefined) return;
  using within = deadline(limit, undefined);
  const { signal } = within;
  try {
    const socket = await openSocket(target, signal);
    try {
      const encryption = opened.encrypted ? 'tls' : 'plain';
      const tlsOptions = opened.encrypted ? await readTlsOptions(parameters) : {};
      const { stream } = await openChannel({ host, parameters, tlsOptions, encryption, signal }, socket);
      // The server answers by closing the connection, once it has passed the request on.
      const closed = nextEvent(stream, 'end', signal);
      stream.resume();
      stream.write(cancelRequest(cancelKey));
      await closed;
    } finally {
      socket.destroy();
    }
  } catch {
    // The connection that ran the statement is destroyed in any case; the server ends it at the latest when it writes.
  }
}

function cancelRequest({ processId, secretKey }: NonNullable<OpenedClient['cancelKey']>): Buffer {
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80_877_102, 4);
  request.writeInt32BE(processId, 8);
  request.writeInt32BE(secretKey, 12);
  return request;
}
