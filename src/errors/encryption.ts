import type { Entries } from './entry.ts';

/** What must not become public, and keys for age. */
export const encryption = {
  PGR140: {
    exit: 4,
    meaning: 'an unencrypted dump would become public',
    causes:
      'The repository is public: whoever is signed in can download its artifacts, and pull requests can read its caches.',
    remedy:
      'Encrypt it with `encrypt: { recipients: [age1…] }`, publish it elsewhere, or write under `allow-public` why anyone may have it.',
  },
  PGR141: {
    exit: 2,
    meaning: 'a dump is to be encrypted to nobody',
    causes: '`recipients` is empty, often as the variable with the public keys is. Nobody could ever decrypt the dump.',
    remedy: 'Give at least one public key, `age1…`.',
  },
  PGR142: {
    exit: 2,
    meaning: 'a recipient is not one that age knows',
    causes: 'A character of the key is wrong or missing, it is no key, or a message was cut.',
    remedy: 'Copy the whole public key, as `age-keygen -y` prints it.',
  },
  PGR143: {
    exit: 2,
    meaning: 'a secret key is given where a recipient belongs',
    causes: '`AGE-SECRET-KEY-…` stands under `recipients`. It is not shown.',
    remedy:
      'Give the public key that `age-keygen -y` prints for it. If the secret key was committed or printed, make a new one.',
  },
  PGR144: {
    exit: 2,
    meaning: 'a recipient is of a kind that only the age command knows',
    causes: 'It is an SSH key, or that of a plugin of age.',
    remedy: 'Make a key of its own with `age-keygen`.',
  },
  PGR145: {
    exit: 2,
    meaning: 'an identity or passphrase cannot be used',
    causes: 'It is empty or malformed, its file cannot be read, or the dump set was encrypted for others.',
    remedy: 'Give the secret key of one of the recipients, `AGE-SECRET-KEY-…`, or the passphrase, from a variable.',
  },
  PGR146: {
    exit: 2,
    meaning: 'a dump set is encrypted, and nothing given decrypts it',
    causes: '`decrypt` is missing, or gives a passphrase where an identity is needed or the other way round.',
    remedy: 'Write `decrypt: { identity: "${AGE_IDENTITY}" }`, or `decrypt: { passphrase: "${PASSPHRASE}" }`.',
  },
  PGR147: {
    exit: 4,
    meaning: 'a dump set that is to be decrypted is not encrypted',
    causes:
      'Somebody who may write to the storage has put another one in its place, or it was published without `encrypt`.',
    remedy: 'Find out which. To fetch what is not encrypted, leave `decrypt` out.',
  },
} as const satisfies Entries;
