import { bucketPattern, checkedPrefix } from '../../storage/s3/s3-url.ts';
import { refined } from '../schema/collections.ts';
import { absent, given } from '../schema/combinations.ts';
import { defaulted, optional, required } from '../schema/fields.ts';
import type { Objection } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { boolean, choice, integer, text } from '../schema/scalars.ts';
import { secretText } from '../schema/secret-text.ts';

/** `https://storage.example.com`; a login in it would be printed. */
const endpoint = refined(
  text({
    type: 'address',
    expects: 'an address such as https://storage.example.com',
    pattern: /^https?:\/\/[^\s/@?#\\]+\/?$/,
  }),
  (value): { readonly value: URL } | Objection =>
    URL.canParse(value)
      ? { value: new URL(value) }
      : { code: 'PGR234', what: 'the address is malformed', remedy: 'write https://HOST or https://HOST:PORT' },
);

const bucket = text({
  type: 'name',
  expects: 'the name of a bucket (3 to 63 small letters, digits, dots and dashes)',
  pattern: bucketPattern,
  code: 'PGR234',
});

const prefix = refined(
  text({ expects: 'the beginning of keys, such as backups/app' }),
  (value): { readonly value: string } | Objection => {
    try {
      return { value: checkedPrefix(value) };
    } catch {
      const remedy = 'write parts with / between them, without .. and control characters';
      return { code: 'PGR233', what: 'it cannot be the beginning of a key', remedy };
    }
  },
);

const objectLock = object({
  mode: required(choice(['GOVERNANCE', 'COMPLIANCE']), 'Whether somebody may be allowed to lift the lock.'),
  days: required(integer(1, 36_500), 'Days from the upload on in which nobody can delete it.'),
});

/** S3-compatible storage, by AWS' own names. Where there is none of these keys, AWS' own variables count. */
export const s3 = object(
  {
    bucket: required(bucket, 'Name of the bucket.'),
    prefix: optional(prefix, 'Beginning of all keys, without the slash at its end.', { otherwise: 'none' }),
    endpoint: optional(endpoint, 'Address of a storage that is not AWS.', {
      otherwise: '`AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, then that of AWS in the region',
    }),
    region: optional(
      text({ type: 'name', expects: 'the name of a region, such as eu-central-1', pattern: /^[A-Za-z0-9-]{1,40}$/ }),
      'Region of the bucket.',
      { otherwise: '`AWS_REGION` or `AWS_DEFAULT_REGION`; with an endpoint, `us-east-1`' },
    ),
    'path-style': optional(boolean(), 'Whether the bucket stands in the path of addresses, not in the host.', {
      aliases: ['path_style'],
      otherwise: '`true` with an endpoint',
    }),
    'access-key-id': optional(secretText('PGR109'), 'Access key, from a variable.', {
      aliases: ['access_key_id'],
      otherwise: '`AWS_ACCESS_KEY_ID`',
    }),
    'secret-access-key': optional(secretText('PGR109'), 'Secret of the access key, from a variable.', {
      aliases: ['secret_access_key'],
      otherwise: '`AWS_SECRET_ACCESS_KEY`',
    }),
    'session-token': optional(secretText('PGR109'), 'Token of temporary credentials, from a variable.', {
      aliases: ['session_token'],
      otherwise: '`AWS_SESSION_TOKEN`, where the access key is from variables as well',
    }),
    'server-side-encryption': optional(choice(['AES256', 'aws:kms']), 'How the storage encrypts what it holds.', {
      aliases: ['server_side_encryption'],
      otherwise: "the bucket's setting",
    }),
    'kms-key-id': optional(text(), 'Key of KMS to encrypt with.', {
      aliases: ['kms_key_id'],
      otherwise: "AWS' own for S3",
    }),
    'storage-class': optional(
      text({ expects: 'a storage class such as STANDARD_IA', pattern: /^[A-Z][A-Z0-9_]{0,40}$/ }),
      'Storage class of what is stored.',
      { aliases: ['storage_class'], otherwise: "the storage's default" },
    ),
    'object-lock': optional(objectLock, 'Keeps what is stored from being deleted. The bucket has to allow it.', {
      aliases: ['object_lock'],
      otherwise: "the bucket's setting",
    }),
    checksum: optional(choice(['SHA256', 'Content-MD5']), 'Checksum that is sent with everything.', {
      otherwise: '`SHA256`; with an endpoint `Content-MD5`, which all storages know',
    }),
    'allow-insecure': defaulted(boolean(), false, 'Allows an endpoint with `http://` on a public address.', {
      aliases: ['allow_insecure'],
    }),
  },
  {
    needs: [
      ['access-key-id', 'secret-access-key'],
      ['secret-access-key', 'access-key-id'],
      ['session-token', 'access-key-id'],
    ],
    combinations: [
      {
        of: { 'kms-key-id': given, 'server-side-encryption': value => absent(value) || value !== 'aws:kms' },
        why: 'a key of KMS is only used with aws:kms',
        instead: 'add server-side-encryption: aws:kms, or remove kms-key-id',
      },
    ],
    hints: {
      url: 'write endpoint',
      'endpoint-url': 'write endpoint',
      name: 'write bucket',
      path: 'write prefix',
      key: 'write access-key-id',
      secret: 'write secret-access-key',
      'force-path-style': 'write path-style',
    },
  },
);

export type S3Declaration = NonNullable<ReturnType<typeof s3.decode>>['value'];
