import { RoundtripError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { addressOf } from '../../storage/s3/address.ts';
import type { S3Credentials, S3Options } from '../../storage/s3/options.ts';
import type { S3Declaration } from '../declaration/s3.ts';
import type { Problems } from '../problems.ts';
import type { Located } from '../schema/kind.ts';
import type { SecretText } from '../schema/secret-text.ts';
import type { Environment } from '../source/variables.ts';

/**
 * Fills in what the declaration leaves to AWS' variables. `path` names it in messages. Undefined where something is
 * missing or refused, which has been reported then.
 */
export function resolveS3(
  { value, origin }: Located<S3Declaration>,
  environment: Environment,
  path: string,
  problems: Problems,
): S3Options | undefined {
  const report = (key: string, what: string, remedy: string) =>
    problems.report('PGR127', origin, `${path}.${key}`, what, remedy);
  checkTyped(value, path, problems);

  const endpoint = value.endpoint ?? endpointIn(environment, report);
  const region = value.region ?? from(environment, 'AWS_REGION', 'AWS_DEFAULT_REGION') ?? (endpoint && 'us-east-1');
  if (region === undefined) report('region', 'the region of the bucket is missing', 'add it, or set AWS_REGION');
  const credentials = credentialsOf(value, environment);
  if (credentials === 'unusable') {
    const remedy = 'check the variables of the credentials for a line break at their end';
    problems.report('PGR109', origin, `${path}.access-key-id`, 'a credential contains a control character', remedy);
    return undefined;
  }
  if (credentials === undefined) {
    const remedy =
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; in a workflow started from a fork, secrets are absent';
    report('access-key-id', 'there are no credentials', remedy);
  }
  if (endpoint === 'malformed' || region === undefined || credentials === undefined) return undefined;

  const encryption = value['server-side-encryption'];
  const options: S3Options = {
    bucket: value.bucket,
    prefix: value.prefix ?? '',
    endpoint,
    region,
    pathStyle: value['path-style'] ?? endpoint !== undefined,
    credentials,
    allowInsecure: value['allow-insecure'],
    encryption:
      encryption === 'aws:kms' ? { kind: encryption, keyId: value['kms-key-id'] } : encryption && { kind: encryption },
    storageClass: value['storage-class'],
    objectLock: value['object-lock'],
    checksum: value.checksum ?? (endpoint === undefined ? 'SHA256' : 'Content-MD5'),
  };
  try {
    addressOf(options);
    return options;
  } catch (error) {
    if (!(error instanceof RoundtripError)) throw error;
    const { code, message, remedy } = error.problems[0];
    problems.report(code, origin, `${path}.endpoint`, message, remedy);
    return undefined;
  }
}

/** The key may be typed, as it is no secret; what belongs to it may not. */
function checkTyped(value: S3Declaration, path: string, problems: Problems): void {
  const standIn = '\uE000';
  const check = (secret: SecretText | undefined, key: string) => {
    const typed = secret?.typed(standIn);
    if (secret === undefined || typed === undefined || typed.includes(standIn)) return;
    const remedy = 'put it into an environment variable and write ${NAME} in its place';
    problems.report('PGR125', secret.origin, `${path}.${key}`, 'a secret is written in the file', remedy);
  };
  check(value['secret-access-key'], 'secret-access-key');
  check(value['session-token'], 'session-token');
}

/** All of one place: a token of the variables does not belong to a key of the file. */
function credentialsOf(value: S3Declaration, environment: Environment): S3Credentials | undefined | 'unusable' {
  const [declaredId, declaredSecret] = [value['access-key-id'], value['secret-access-key']];
  if (declaredId !== undefined && declaredSecret !== undefined) {
    return {
      accessKeyId: declaredId.secret,
      secretAccessKey: declaredSecret.secret,
      sessionToken: value['session-token']?.secret,
    };
  }
  const id = from(environment, 'AWS_ACCESS_KEY_ID');
  const secret = from(environment, 'AWS_SECRET_ACCESS_KEY');
  const token = from(environment, 'AWS_SESSION_TOKEN');
  if (id === undefined || secret === undefined) return undefined;
  if ([id, secret, token].some(text => text !== undefined && /\p{Cc}/u.test(text))) return 'unusable';
  return {
    accessKeyId: new Secret(id),
    secretAccessKey: new Secret(secret),
    sessionToken: token === undefined ? undefined : new Secret(token),
  };
}

function endpointIn(
  environment: Environment,
  report: (key: string, what: string, remedy: string) => void,
): URL | undefined | 'malformed' {
  const text = from(environment, 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL');
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '') return url;
  report('endpoint', 'the variable with the endpoint holds no address', 'write https://HOST into it, or unset it');
  return 'malformed';
}

/** The first that is set; an empty one counts as none, as an absent secret of a workflow does. */
function from(environment: Environment, ...names: readonly string[]): string | undefined {
  return names.map(name => environment[name]).find(value => value !== undefined && value !== '');
}
