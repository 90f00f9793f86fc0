import { format, inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Secret, writtenForms } from '../../src/secret.ts';

const value = 'correct horse';
const secret = new Secret(value);
/** For what only the type checker forbids. */
const asText = secret as unknown as string;
const asObject = secret as unknown as Record<string, unknown>;

describe('a secret', () => {
  test.each<readonly [string, () => string]>([
    ['a template', () => `${asText}`],
    ['a concatenation', () => 'a '.concat(asText)],
    ['String', () => String(asText)],
    ['join', () => [asText].join()],
    ['JSON', () => JSON.stringify({ secret, list: [secret] })],
    ['inspect', () => inspect(secret)],
    ['inspect from afar', () => inspect({ deep: { deeper: [secret] } }, { depth: 9, showHidden: true })],
    ['inspect without its own form', () => inspect(secret, { customInspect: false, showHidden: true })],
    ['inspect as a table', () => format('%o %O %j %s', secret, secret, secret, secret)],
    ['an error', () => inspect(new Error(`with ${asText}`, { cause: secret }))],
    ['its keys', () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret)])],
    ['a copy', () => JSON.stringify({ ...asObject }) + inspect(Object.assign({}, secret))],
    ['a clone', () => inspect(structuredClone(secret))],
    ['a map', () => inspect(new Map([[secret, secret]]))],
  ])('is not seen in %s', (_, print) => {
    expect(print()).not.toContain(value);
  });

  test.each<readonly [string, () => string]>([
    ['a template', () => `${asText}`],
    ['inspect', () => inspect(secret)],
    ['JSON', () => JSON.parse(JSON.stringify(secret)) as string],
  ])('shows that it is there in %s', (_, print) => {
    expect(print()).toBe('***');
  });

  test('is revealed on demand', () => {
    expect(secret.reveal()).toBe(value);
  });

  test('can be compared', () => {
    expect(secret.equals(new Secret(value))).toBe(true);
    expect(secret.equals(new Secret(`${value} `))).toBe(false);
  });
});

describe('the written forms of a secret', () => {
  test.each<readonly [string, string, string]>([
    ['as it is', 'correct horse', 'correct horse'],
    ['in a URL', 'p@ss:w/rd', 'p%40ss%3Aw%2Frd'],
    ['in a URL, in small letters', 'p@ss:w/rd', 'p%40ss%3aw%2frd'],
    ['in a URL, every sign encoded', "it's (new)!", 'it%27s%20%28new%29%21'],
    ['in a URL, every sign encoded, in small letters', '*jjj*', '%2ajjj%2a'],
    ['in a passfile', 'a:b\\c', 'a\\:b\\\\c'],
    ['in a connection string', "it's\\", "it\\'s\\\\"],
    ['in SQL', "it's so", "it''s so"],
    ['in a shell', "it's so", "it'\\''s so"],
    ['in JSON', 'say "so"\t', 'say \\"so\\"\\t'],
    ['in base64', 'correct horse', Buffer.from('correct horse').toString('base64')],
    ['line by line', 'first line\r\nsecond line\nthird', 'second line'],
    ['not in Latin letters', 'пароль', '%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C'],
  ])('%s', (_, raw, form) => {
    expect(writtenForms(raw)).toContain(form);
  });

  test('are each there once', () => {
    for (const raw of ['plainpassword', "it's", 'a b c d']) {
      expect(writtenForms(raw)).toHaveLength(new Set(writtenForms(raw)).size);
    }
  });

  test.each(['', 'a', 'abc', '    ', '\n\n\n\n\n', 'ab\ncd\nabc'])(
    'are none that would hide half of a log: %j',
    raw => {
      expect(writtenForms(raw).filter(form => form.trim().length < 4)).toEqual([]);
    },
  );
});
