import { cancellation } from '../../../src/run/cancellation.ts';

/** A process that tells of its end and goes on, as one that cleans up. Ends by itself after a while. */
const { signal } = cancellation();
signal.addEventListener('abort', () => console.log(String(signal.reason)));
setTimeout(() => process.exit(7), 20_000);
console.log('ready');
