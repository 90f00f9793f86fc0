import type { S3Client } from '@aws-sdk/client-s3';
import { type ProxySettings, proxyFor } from '../../client/sealed/proxy.ts';
import { addressOf } from './address.ts';
import type { Attempts } from './attempts.ts';
import type { S3Options } from './options.ts';
import { TunnelAgent } from './proxy-agent.ts';

export type Sdk = typeof import('@aws-sdk/client-s3');

export interface Connected {
  readonly sdk: Sdk;
  readonly client: S3Client;
  /** The same, with the patience that the joining of parts takes. */
  readonly joining: S3Client;
}

/**
 * Loads the SDK, which no run without S3 pays for, and makes its client. Everything that the SDK would look up by itself
 * is given: it reads no variable and no file, and asks no service for credentials. It makes one attempt a request.
 */
export async function connect(options: S3Options, proxies: ProxySettings, { patience }: Attempts): Promise<Connected> {
  const sdk = await import('@aws-sdk/client-s3');
  const { accessKeyId, secretAccessKey, sessionToken } = options.credentials;
  const address = addressOf(options);
  const proxy = proxyFor(address, proxies);
  const tunnel =
    proxy !== undefined && address.protocol === 'https:' ? new TunnelAgent(proxy, patience.idle) : undefined;
  const make = (idle: number) =>
    new sdk.S3Client({
      region: options.region,
      endpoint: address.href,
      forcePathStyle: options.pathStyle,
      credentials: {
        accessKeyId: accessKeyId.reveal(),
        secretAccessKey: secretAccessKey.reveal(),
        ...(sessionToken && { sessionToken: sessionToken.reveal() }),
      },
      maxAttempts: 1,
      retryMode: 'standard',
      defaultsMode: 'legacy',
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      followRegionRedirects: false,
      useArnRegion: false,
      disableClockSkewCorrection: false,
      useDualstackEndpoint: false,
      useFipsEndpoint: false,
      disableS3ExpressSessionAuth: true,
      disableMultiregionAccessPoints: true,
      authSchemePreference: ['sigv4'],
      sigv4aSigningRegionSet: [options.region],
      userAgentAppId: 'pg-roundtrip',
      // It would cost a connection for each part.
      expectContinueHeader: false,
      requestHandler: {
        connectionTimeout: Math.min(patience.idle, 10_000),
        socketTimeout: idle,
        ...(tunnel && { httpsAgent: tunnel }),
      },
    });
  return withoutWarning(() => ({ sdk, client: make(patience.idle), joining: make(patience.joining) }));
}

/** The SDK tells everyone on Node 20 that its next versions need 22; the version here is chosen by the project. */
function withoutWarning<Made>(make: () => Made): Made {
  const name = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
  const before = process.env[name];
  process.env[name] = 'true';
  try {
    return make();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}
