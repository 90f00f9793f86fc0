import { expect, test } from 'vitest';
import { createMessageSplitter } from '../../../../src/postgres/session-messages.ts';

function message(type: string, body: Buffer | string): Buffer {
  const content = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

const copyOutResponse = message('H', Buffer.from([0, 0, 1, 0, 0]));
const rows = ['1\ta\n', '', '2\tb\n', `3\t${'c'.repeat(300)}\n`];
const refused = message('E', 'SERROR\0VERROR\0C42501\0Mpermission denied for table t\0\0');
const ready = message('Z', 'I');

/** What comes out when the bytes arrive in pieces of this length. */
function splitInto(bytes: Buffer, length: number) {
  const splitter = createMessageSplitter();
  let content = '';
  let ended = false;
  for (let at = 0; at < bytes.length; at += length) {
    const split = splitter.push(Buffer.from(bytes.subarray(at, at + length)));
    content += split.content?.toString() ?? '';
    ended = split.ended;
  }
  return { content, ended, error: splitter.error };
}

const lengths = Array.from({ length: 40 }, (_, index) => index + 1);

test('rows come out whole and in order, however the stream is cut', () => {
  const done = [message('c', ''), message('C', 'COPY 4\0'), message('S', 'TimeZone\0UTC\0'), ready];
  const bytes = Buffer.concat([copyOutResponse, ...rows.map(row => message('d', row)), ...done]);
  for (const length of [...lengths, bytes.length])
    expect(splitInto(bytes, length)).toEqual({ content: rows.join(''), ended: true, error: undefined });
});

test("a server's refusal is kept until it is ready again, with what came before", () => {
  const bytes = Buffer.concat([copyOutResponse, message('d', '1\n'), refused, ready]);
  for (const length of [...lengths, bytes.length])
    expect(splitInto(bytes, length)).toMatchObject({
      content: '1\n',
      ended: true,
      error: { message: 'permission denied for table t', code: '42501', severity: 'ERROR' },
    });
});

test('bytes of a row that look like a message are a row', () => {
  const bytes = Buffer.concat([copyOutResponse, message('d', ready), ready]);
  expect(splitInto(bytes, 3)).toEqual({ content: ready.toString(), ended: true, error: undefined });
});
