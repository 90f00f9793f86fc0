import type { Diagnosis } from './model.ts';
import { sqlName } from './words.ts';

/** Extensions, libraries, and what filters have left out. */
export const extensions: readonly Diagnosis[] = [
  {
    kind: 'extension-missing',
    class: 'fixable',
    code: 'PGR165',
    server: /^extension "(.+?)" is not available|^could not open extension control file ".*?\/([^/"]+)\.control"/s,
    message: extension => `extension "${extension}" is not installed on the target server`,
    fix: extension =>
      `use a server image that has it, or install its package there; a dump without it: \`exclude: {extension: ${extension}}\` (client 17 and newer)`,
  },
  {
    kind: 'extension-denied',
    class: 'fixable',
    code: 'PGR192',
    server:
      /^permission denied to create extension "(.+?)"|^must be owner of extension (.+)|^extension "(.+?)" is not allow-listed/s,
    message: extension => `the role may not make or change extension "${extension}"`,
    fix: extension =>
      `have a superuser make it in the target, and restore with \`extensions: present\` (comments alone: \`exclude: {kind: comments}\`):\n\`CREATE EXTENSION ${sqlName(extension, 'EXTENSION')};\``,
  },
  {
    kind: 'extension-exists',
    class: 'benign',
    code: 'PGR210',
    server: /^extension "(plpgsql)" already exists|^language "(plpgsql)" already exists/,
    message: name => `${name} is there already, as in every database`,
    fix: () => 'nothing is missing; a dump by a newer client does not make it',
  },
];

/** Something that the dump needs and the target lacks. */
export const prerequisites: readonly Diagnosis[] = [
  {
    kind: 'extension-follow-on',
    class: 'fixable',
    code: 'PGR181',
    server:
      /^type "(.+?)" does not exist|^(operator class ".+?") does not exist for access method|^(function [^\s(]+)\(.*\) does not exist|^(operator) does not exist: |^access method "(.+?)" does not exist/s,
    misses: true,
    oneCause: true,
    message: (name, { held }) =>
      held === true
        ? `${name} was not restored, and what is restored needs it`
        : `${name} is of no object of the dump: the extension that provides it was left out, or something of another schema`,
    fix: (_, { held }) =>
      held === true
        ? 'restore it too: widen `include` of the restore, or narrow `exclude`'
        : 'dump the extension too (`include: {extension: …}`), or make it in the target and restore with `extensions: present`',
  },
  {
    kind: 'prerequisite-filtered',
    class: 'fixable',
    code: 'PGR181',
    server:
      /^((?:schema|relation|server|foreign-data wrapper|event trigger|publication|collation|extension) ".+?") does not exist/s,
    misses: true,
    message: (name, { held }) =>
      `${name} does not exist on the target${held === true ? ': it was left out of the restore' : ', nor in the dump'}`,
    fix: (name, { held }) => {
      if (held === true) return 'restore it too: widen `include` of the restore, or narrow `exclude`';
      return name.startsWith('schema ')
        ? 'a dump of chosen tables holds no schemas: choose by `include: {schema: …}` and `exclude: {table: …}` instead'
        : 'dump it too: definitions with the rows, and what chosen objects need; or make it in the target and restore `into-existing`';
    },
  },
  {
    kind: 'target-library-missing',
    class: 'fixable',
    code: 'PGR165',
    server:
      /^could not load library "(.+?)"|^incompatible library "(.+?)": version mismatch|^could not access file "(.+?)": No such file or directory|^could not find function "(.+?)" in file/s,
    message: library =>
      `the target server has no usable library "${library}", in which functions of the dump are written`,
    fix: () =>
      'install it on the target, built for its major; or drop these functions on the source; after an upgrade of its packages, restart the target',
  },
  {
    kind: 'compression-unsupported',
    class: 'fixable',
    code: 'PGR165',
    server: /^compression method (lz4|zstd) not supported/,
    tool: /^archive is compressed, but this installation does not support compression/,
    message: (method, { said }) =>
      said.server === undefined
        ? 'this client was built without the compression of the archive'
        : `the target server was built without ${method}, with which a column is compressed`,
    fix: (_, { said }) =>
      said.server === undefined
        ? 'use another client, by `client.version`, or dump with `compress: gzip`'
        : 'use another server image, or dump with `flags: {no-toast-compression: true}`',
  },
  {
    kind: 'inheritance-generated',
    class: 'defect',
    code: 'PGR213',
    server: /^child column "(.+?)" specifies generation expression/s,
    message: column =>
      `column "${column}" of a child table is generated and that of its parent is not, which 16 and newer refuse`,
    fix: () =>
      'on the source, make the column of the parent generated too, or that of the child a plain one; or restore into a server of the major of the source',
  },
];
