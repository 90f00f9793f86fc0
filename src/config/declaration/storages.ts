import { Secret } from '../../secret.ts';
import { list, located, record, refined, tolerant } from '../schema/collections.ts';
import { optional, required } from '../schema/fields.ts';
import type { Case, Kind } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { oneKey } from '../schema/one-key.ts';
import { text } from '../schema/scalars.ts';

import { s3 } from './s3.ts';

type Placeholder = 'file' | 'key';

/** A program and its arguments, and what of them came out of variables: a token, perhaps. */
export interface DeclaredCommand {
  readonly command: readonly string[];
  readonly secrets: readonly Secret[];
}

interface Argument {
  readonly text: string;
  readonly secrets: readonly Secret[];
}

const plainText = text();

const argument: Kind<Argument> = {
  ...plainText,
  decode: (node, path, decoding) => {
    const decoded = plainText.decode(node, path, decoding);
    if (decoded === undefined || node.kind !== 'scalar') return undefined;
    const foreign = node.pieces.filter(piece => piece.foreign);
    return { value: { text: decoded.value, secrets: foreign.map(piece => new Secret(piece.text)) } };
  },
};

/** A command in which each of these stands for what is meant. */
function commandWith(...placeholders: readonly Placeholder[]): Kind<DeclaredCommand> {
  return refined(list(argument), words => {
    const command = words.map(word => word.text);
    const missing = placeholders.filter(name => !command.slice(1).some(word => word.includes(`{${name}}`)));
    if (missing.length === 0) return { value: { command, secrets: words.flatMap(word => word.secrets) } };
    const what = `${missing.map(name => `{${name}}`).join(' and ')} does not occur in the command`;
    return { code: 'PGR123', what, remedy: 'write it where the command expects the path of the file, or the key' };
  });
}

const command = object(
  {
    upload: required(commandWith('file', 'key'), 'Stores the file `{file}` under `{key}`.'),
    download: required(commandWith('file', 'key'), 'Writes what is stored under `{key}` to the new file `{file}`.'),
    list: required(commandWith(), 'Prints every key, one a line, and nothing else.'),
    delete: optional(commandWith('key'), 'Deletes what is stored under `{key}`.', { otherwise: 'nothing is deleted' }),
  },
  { hints: { put: 'write upload', get: 'write download', remove: 'write delete', rm: 'write delete' } },
);

const commandCase = {
  kind: command,
  help: 'Whatever commands reach: rclone, az, gsutil. Each is a list of program and arguments, without a shell. They get the environment, but for what the CI gives to this action alone: an identity that is given in a variable too, and in a file not.',
  example: `drive:
  command:
    upload: [rclone, copyto, "{file}", "remote:backups/{key}"]
    download: [rclone, copyto, "remote:backups/{key}", "{file}"]
    list: [rclone, lsf, --recursive, --files-only, "remote:backups"]
    delete: [rclone, deletefile, "remote:backups/{key}"]`,
} satisfies Case<unknown>;

const s3Case = {
  kind: s3,
  help: 'S3-compatible storage: AWS, R2, MinIO, Ceph …',
  example: `backups:
  s3: { bucket: example-backups, prefix: staging, region: eu-central-1 }`,
} satisfies Case<unknown>;

export const storage = oneKey('a storage', { s3: s3Case, command: commandCase });

export const storages = record(tolerant(located(storage)), {
  name: 'NAME',
  keys: /^[A-Za-z_][A-Za-z0-9_-]*$/,
  expects: 'a name of letters, digits, - and _ that begins with a letter',
});
