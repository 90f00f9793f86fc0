import { expect, test } from 'vitest';
import { scramVerifier } from '../../../src/postgres/scram.ts';

test('a verifier is the one that Postgres makes of the same password and salt', () => {
  // Read from pg_authid of a server of major 15 after CREATE ROLE … PASSWORD 'of the tests'.
  const made =
    'SCRAM-SHA-256$4096:XYwwdxYcHyaCJ2OBSKdnPg==$SWUky94U4wdk/JTBFu8l3dFrI7yE1FXUHRIQQfdh9c4=:T7qoRdPV/mhMCiPCHR8GXR3gBijQV8lZO61D5LrAXdc=';
  const [, salt = ''] = /:([^$]+)\$/.exec(made) ?? [];
  expect(scramVerifier('of the tests', Buffer.from(salt, 'base64'))).toBe(made);
});

test('no two are alike', () => {
  expect(scramVerifier('of the tests')).not.toBe(scramVerifier('of the tests'));
});
