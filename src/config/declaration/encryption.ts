import type { Problem } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import { parseIdentities } from '../../storage/age/identity.ts';
import type { DecryptChoice, EncryptChoice } from '../../storage/age/keys.ts';
import { objectionToAll, parseRecipient, type Recipient } from '../../storage/age/recipient.ts';
import { list, refined } from '../schema/collections.ts';
import { optional } from '../schema/fields.ts';
import type { Kind, Objection } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { text } from '../schema/scalars.ts';
import { secretText } from '../schema/secret-text.ts';
import { path } from './names.ts';

/** Not in one line only: who puts a whole identity file here learns what it is, and it is not quoted. */
const recipient: Kind<Recipient> = refined(
  text({ type: '`age1…`', expects: 'a recipient, age1…, as text', lines: 'many' }),
  written => asObjection(parseRecipient(written)),
);

/** To leave the key out would publish the dump as it is. */
const toNobody = { code: 'PGR141', remedy: 'give at least one public key, age1…' } as const;

const recipients: Kind<readonly Recipient[]> = refined(list(recipient, toNobody), value => {
  const problem = objectionToAll(value);
  return problem === undefined ? { value } : asObjection({ problem });
});

const passphrase = fromVariable('a passphrase', 'one');

const identities: Kind<readonly Secret[]> = refined(fromVariable('an identity', 'many'), secret =>
  asObjection(parseIdentities(secret)),
);

/** Who is to be able to decrypt what is published. */
export const encrypt: Kind<EncryptChoice> = refined(
  object(
    {
      recipients: optional(recipients, 'Public keys of age: who has the identity of one of them can decrypt.', {
        otherwise: 'none',
      }),
      'recipients-file': optional(path('the path of a file'), 'File with such keys, one a line.', {
        otherwise: 'none',
      }),
      passphrase: optional(passphrase, 'Passphrase, from a variable, which encrypts and decrypts.', {
        otherwise: 'none',
      }),
    },
    {
      exactlyOne: [['recipients', 'recipients-file', 'passphrase']],
      hints: { recipient: 'write recipients', to: 'write recipients', password: 'write passphrase' },
    },
  ),
  (given): { readonly value: EncryptChoice } => {
    const { passphrase: secret, 'recipients-file': file } = given;
    if (secret !== undefined) return { value: { kind: 'passphrase', passphrase: secret } };
    if (file !== undefined) return { value: { kind: 'recipients-file', path: file } };
    return { value: { kind: 'recipients', recipients: given.recipients ?? [] } };
  },
);

/** What decrypts that is fetched. */
export const decrypt: Kind<DecryptChoice> = refined(
  object(
    {
      identity: optional(identities, 'Identity of age, or the text of an identity file, from a variable.', {
        otherwise: 'none',
      }),
      'identity-file': optional(text({ type: 'path', expects: 'the path of a file' }), 'Identity file of age.', {
        otherwise: 'none',
      }),
      passphrase: optional(passphrase, 'Passphrase, from a variable.', { otherwise: 'none' }),
    },
    {
      exactlyOne: [['identity', 'identity-file', 'passphrase']],
      hints: { identities: 'write identity', key: 'write identity', password: 'write passphrase' },
    },
  ),
  (given): { readonly value: DecryptChoice } => {
    const { passphrase: secret, 'identity-file': file } = given;
    if (secret !== undefined) return { value: { kind: 'passphrase', passphrase: secret } };
    if (file !== undefined) return { value: { kind: 'identity-file', path: file } };
    return { value: { kind: 'identities', identities: given.identity ?? [] } };
  },
);

/** A secret of which nothing may stand in the file itself. */
function fromVariable(noun: string, lines: 'one' | 'many'): Kind<Secret> {
  return refined(secretText('PGR145', lines), ({ secret, typed }) => {
    if ((typed('') ?? '').trim() === '') return { value: secret };
    const remedy = 'put it into an environment variable and write ${NAME} in its place';
    return { code: 'PGR125', what: `${noun} is written in the file`, remedy };
  });
}

function asObjection<Value>(
  parsed: { readonly value: Value } | { readonly problem: Omit<Problem, 'at'> },
): { readonly value: Value } | Objection {
  if ('value' in parsed) return parsed;
  const { code, message, remedy } = parsed.problem;
  return { code, what: message, remedy };
}
