import type { Config, Step } from '../config/config.ts';
import type { Encryption } from '../config/storage-steps.ts';
import type { Platform } from '../platform/platform.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import type { Secret } from '../secret.ts';
import type { DecryptChoice } from '../storage/age/keys.ts';
import { maskConnections } from './mask-connections.ts';

/** Hides every secret that the declared file names. */
export function maskSecrets(
  platform: Pick<Platform, 'mask'>,
  config: Config,
  connections: Readonly<Record<string, ConnectionParameters>>,
): void {
  maskConnections(platform, config, connections);
  maskStorages(platform, config);
}

/** Hides every key, passphrase and signed address of what is published and fetched, and what a command is given of variables. */
function maskStorages(platform: Pick<Platform, 'mask'>, { storages, steps }: Config): void {
  const secrets = [...Object.values(storages).flatMap(secretsOfStorage), ...steps.flatMap(secretsOfStep)];
  for (const secret of secrets) platform.mask(secret.reveal());
}

function secretsOfStorage(storage: Config['storages'][string]): readonly Secret[] {
  if (storage.kind === 'command') return storage.secrets;
  const { secretAccessKey, sessionToken } = storage.options.credentials;
  return [secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])];
}

function secretsOfStep(step: Step): readonly Secret[] {
  if (step.kind === 'publish') return [...secretsOfEncryption(step.encrypt)];
  if (step.kind !== 'fetch') return [];
  const { source } = step;
  // Without a query it is an address like any other.
  const signed = source.kind === 'url' && /[?@]/.test(source.url.reveal()) ? [source.url] : [];
  return [...signed, ...secretsOfDecryption(step.decrypt)];
}

function secretsOfEncryption(encryption: Encryption | undefined): readonly Secret[] {
  if (encryption === undefined) return [];
  const { to, checkWith } = encryption;
  return [...(to.kind === 'passphrase' ? [to.passphrase] : []), ...secretsOfDecryption(checkWith)];
}

function secretsOfDecryption(decryption: DecryptChoice | undefined): readonly Secret[] {
  if (decryption?.kind === 'identities') return decryption.identities;
  return decryption?.kind === 'passphrase' ? [decryption.passphrase] : [];
}
