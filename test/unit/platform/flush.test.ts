import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { flushed } from '../../../src/platform/flush.ts';

it('a stream is flushed when it has handed on all that was written before', async () => {
  const taken: string[] = [];
  const slow = new Writable({
    write: (chunk, _, done) => {
      setImmediate(() => {
        taken.push(String(chunk));
        done();
      });
    },
  });
  slow.write('one');
  slow.write('two');
  await flushed(slow);
  expect(taken.join('')).toBe('onetwo');
});

it('a stream that is closed does not hold up the end', async () => {
  const closed = new Writable().on('error', () => undefined);
  closed.destroy();
  await expect(flushed(closed)).resolves.toBeUndefined();
});
