import { expect, test } from 'vitest';
import { allows, findAccount } from '../../../src/throwaway/server-user.ts';

const accounts = 'root:x:0:0::/root:/bin/sh\npostgres:x:101:104:Admin,,,:/var/lib/postgresql:/bin/bash\nbroken:x:y:z\n';

test.each([
  ['postgres', { uid: 101, gid: 104 }],
  ['root', undefined],
  ['broken', undefined],
  ['nobody', undefined],
] as const)('the account of %s', (name, account) => {
  expect(findAccount(accounts, name)).toEqual(account);
});

const user = { uid: 101, gid: 104 };

test.each([
  ['owner, by the first digit', { mode: 0o700, uid: 101, gid: 0 }, 7, true],
  ['owner, though everyone else may', { mode: 0o077, uid: 101, gid: 104 }, 1, false],
  ['group, by the second', { mode: 0o050, uid: 0, gid: 104 }, 5, true],
  ['group, though everyone else may', { mode: 0o705, uid: 0, gid: 104 }, 5, false],
  ['everyone else, by the third', { mode: 0o701, uid: 0, gid: 0 }, 1, true],
  ['everyone else, not all that is wanted', { mode: 0o701, uid: 0, gid: 0 }, 5, false],
] as const)('a file lets in its %s', (_, file, wanted, expected) => {
  expect(allows(file, user, wanted)).toBe(expected);
});
