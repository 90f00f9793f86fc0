import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BadInput, dumping, type Workspace } from './bad-input.ts';

const head = 'version: 1\nconnections: { a: { url: "${SOURCE_URL}" } }\n';
const dump = `${head}steps:\n  - dump: { from: a, to: set }\n`;

const tenOf = (item: string) => `[${Array.from({ length: 10 }, () => item).join(', ')}]`;
const bomb = Array.from({ length: 10 }, (_, level) => `a${level}: &a${level} ${tenOf(`*a${level - 1}`)}`)
  .with(0, `a0: &a0 ${tenOf('x')}`)
  .join('\n');

/** 14 to 23: the declared file, paths and names. */
export const declaredFile: readonly BadInput[] = [
  {
    number: 14,
    name: 'a file of more than 1 MiB',
    file: `${dump}# ${'x'.repeat(1024 * 1024)}\n`,
    code: 'PGR120',
    says: /larger than 1048576 bytes/,
    remedy: /several files/,
  },
  { number: 14, name: 'an alias bomb', file: bomb, code: 'PGR120', says: /alias|values/, remedy: /fewer aliases/ },
  {
    number: 14,
    name: '65 levels',
    file: `${head}steps: ${'['.repeat(65)}${']'.repeat(65)}\n`,
    code: 'PGR120',
    says: /deep/,
    remedy: /nest less deeply/,
    line: 3,
  },
  {
    number: 15,
    name: 'a key that is written twice',
    file: `${head}steps:\n  - dump:\n      to: set\n      jobs: 1\n      jobs: 2\n`,
    code: 'PGR121',
    says: /jobs/,
    remedy: /keep one of the two/,
    line: 7,
  },
  {
    number: 15,
    name: 'two documents',
    file: `${dump}---\n${dump}`,
    code: 'PGR121',
    says: /document/,
    remedy: /./,
    line: 5,
  },
  {
    number: 15,
    name: 'an unknown tag',
    file: `${head}steps:\n  - dump: { from: a, to: !secret set }\n`,
    code: 'PGR121',
    says: /tag/,
    remedy: /./,
    line: 4,
  },
  {
    number: 16,
    name: 'an unknown key',
    file: `${dump}  - publish: { artifact: set, retenton-days: 7 }\n`,
    code: 'PGR122',
    says: /"retenton-days" is unknown/,
    remedy: /retention-days/,
    line: 5,
  },
  {
    number: 17,
    name: 'a word for a number',
    file: `${head}steps:\n  - dump:\n      to: x\n      jobs: "4x"\n`,
    code: 'PGR123',
    says: /expected/,
    remedy: /./,
    line: 6,
  },
  {
    number: 18,
    name: 'a variable that is not set',
    file: `${head}steps:\n  - dump: { from: a, to: "\${NOT_SET}" }\n`,
    code: 'PGR124',
    says: /variable NOT_SET is not set/,
    remedy: /\$\{NOT_SET:-default\}/,
    line: 4,
  },
  {
    number: 19,
    name: 'a password in the file',
    file: 'version: 1\nconnections:\n  a:\n    host: db.example.com\n    user: me\n    password: hunter-two\nsteps: [{ dump: { from: a, to: set } }]\n',
    code: 'PGR125',
    says: /password is written in the file/,
    remedy: /variable/,
    hidden: ['hunter-two'],
    line: 6,
  },
  {
    number: 20,
    name: 'paths that go up, or are absolute',
    file: `${head}steps:\n${['../../etc/x', '/etc/x'].map(to => `  - dump: { from: a, to: ${to} }\n`).join('')}`,
    code: 'PGR130',
    times: 2,
    says: /leaves the workspace/,
    remedy: /workspace/,
    line: 4,
  },
  {
    number: 20,
    name: 'a path through a link',
    file: dumping({ to: 'link/set' }),
    arrange: async ({ workspace }: Workspace) => {
      const outside = join(dirname(workspace), 'outside');
      await mkdir(outside);
      await symlink(outside, join(workspace, 'link'));
    },
    code: 'PGR130',
    says: /link\/set leads out of the workspace/,
    remedy: /below the workspace/,
  },
  {
    number: 21,
    // Another one of identical content would be success without work.
    name: 'a dump set that exists',
    file: dumping(),
    arrange: at => at.write('dumps/set/mine.txt', 'mine'),
    code: 'PGR131',
    says: /dumps\/set exists already/,
    remedy: /another folder/,
  },
  {
    number: 22,
    name: 'artifact names with signs that they cannot have',
    file: dump + ['COLON', 'SLASH', 'RETURN'].map(sign => `  - publish: { artifact: "all\${${sign}}" }\n`).join(''),
    environment: { COLON: ':', SLASH: '/', RETURN: '\r' },
    code: 'PGR132',
    times: 3,
    says: /artifact/,
    remedy: /./,
    line: 5,
  },
  {
    number: 23,
    name: 'a longer retention than the repository allows',
    file: `${dump}  - publish: { artifact: customers, retention-days: 400 }\n`,
    only: ['action', 'elsewhere there are no artifacts, which is PGR134'],
    code: 'PGR133',
    says: /kept for 400 days, but this repository keeps artifacts for at most 90/,
    remedy: /retention-days to 90 or less/,
  },
  {
    number: 23,
    name: 'an artifact where there are none',
    file: `${dump}  - publish: { artifact: customers, retention-days: 400 }\n`,
    only: ['command line', 'in the action there are artifacts'],
    code: 'PGR134',
    says: /artifacts exist only inside a GitHub action/,
    remedy: /publish to a folder/,
  },
];
