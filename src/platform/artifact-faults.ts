import { fault, type RoundtripError } from '../errors.ts';
import type { Environment } from './github-environment.ts';

interface Explanation {
  readonly when: RegExp;
  readonly message: string;
  readonly remedy: string;
}

const byAction =
  'publish in a step that uses the action: GitHub gives the token for artifacts to actions, never to `run:` steps';

/** What the client or the service says, and what it means. Texts of @actions/artifact 6.2.1 and of its service. */
const explanations: readonly Explanation[] = [
  {
    when: /storage quota has been hit|insufficient usage/i,
    message: 'the artifact storage of the account is full',
    remedy: 'delete old artifacts or shorten their retention-days; used storage is counted anew after some hours',
  },
  {
    when: /GHESNotSupported|not currently supported on GHES/i,
    message: 'this GitHub Enterprise Server does not take artifacts of this kind',
    remedy: 'publish to a folder and keep it by other means',
  },
  {
    when: /\(409\)/,
    message: 'this run has an artifact of that name already',
    remedy: 'give each job of a matrix a name of its own, such as one with the matrix value in it',
  },
  {
    when: /ACTIONS_(RUNTIME_TOKEN|RESULTS_URL)/,
    message: 'there is no access to the artifact service',
    remedy: byAction,
  },
  {
    when: /backend IDs|invalid token specified/i,
    message: 'the token for artifacts is not one that GitHub gives to a job',
    remedy: byAction,
  },
  {
    when: /mime_type/i,
    message: 'the artifact service does not take files of this kind',
    remedy: 'rename the file so that it ends in .dump',
  },
  {
    when: /\(40[13]\)|status 40[13]/,
    message: 'the artifact service refused access',
    remedy: 'run the job again; a self-hosted runner needs access to GitHub, and its clock must be right',
  },
  {
    when: /progress stalled/i,
    message: 'the upload made no progress for minutes',
    remedy: 'check the way from the runner to the internet and run the job again',
  },
  {
    when: /after \d+ attempts/,
    message: 'the artifact service did not answer properly, also after several attempts',
    remedy: 'look at githubstatus.com and run the job again',
  },
];

const otherwise = 'run the job again; if it fails again, look at githubstatus.com';

/** Why an upload failed, in one plain sentence, whatever the client threw. */
export function artifactFault(name: string, error: unknown): RoundtripError {
  const said = saidBy(error);
  const known = explanations.find(explanation => explanation.when.test(said));
  const message = known === undefined ? said : `${known.message} (${said})`;
  return fault('PGR230', `the artifact ${name} was not published: ${message}`, known?.remedy ?? otherwise, error);
}

/** A blob store's RestError may have no message at all, only a status and a code; signatures in addresses are secret. */
function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return withoutSignatures(String(error));
  const [firstLine = ''] = error.message.trim().split(/\r|\n/);
  const status: unknown = Reflect.get(error, 'statusCode');
  const code: unknown = Reflect.get(error, 'code');
  const parts = [
    firstLine,
    typeof status === 'number' ? `status ${status}` : '',
    typeof code === 'string' && !firstLine.includes(code) ? code : '',
  ];
  return withoutSignatures(parts.filter(part => part !== '').join(', ') || error.name);
}

function withoutSignatures(text: string): string {
  return text.replace(/(https?:\/\/[^\s?]+)\?\S*/g, '$1');
}

/**
 * Refuses before anything is sent where this job can have no artifacts: no token, or a server that is not github.com,
 * *.ghe.com or *.localhost, which are those that the client accepts.
 *
 * @throws PGR230
 */
export function checkArtifactService(environment: Environment): void {
  const missing = ['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_RESULTS_URL'].find(name => !environment[name]);
  if (missing !== undefined) {
    throw fault('PGR230', `artifacts cannot be published here, as ${missing} is not set`, byAction);
  }
  const server = environment['GITHUB_SERVER_URL'] || 'https://github.com';
  const host = URL.canParse(server) ? new URL(server).hostname.toLowerCase() : '';
  if (host === 'github.com' || host.endsWith('.ghe.com') || host.endsWith('.localhost')) return;
  throw fault(
    'PGR230',
    `artifacts cannot be published here, as the server ${server} does not take artifacts of this kind`,
    'publish to a folder and keep it by other means',
  );
}
