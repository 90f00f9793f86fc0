/** An output of the action. */
export interface Output {
  readonly name: string;
  readonly help: string;
}

/** Every output that a run can set. What a run does not make stays empty. */
export const outputs = [
  {
    name: 'verdict',
    help: '`passed`: every dump was restored and compared; `unproven`: all steps succeeded, but some dump was not; `failed`.',
  },
  {
    name: 'exit-code',
    help: 'What the command line would have ended with: 0 passed, 1 failed, 2 bad input, 3 verification failed, 4 refused, 5 timed out, 130 cancelled.',
  },
  { name: 'dump-path', help: 'Folder of the first dump set that was made.' },
  { name: 'artifact-id', help: 'Id of the first artifact that was published.' },
  { name: 'artifact-name', help: 'Name of that artifact.' },
  { name: 'artifact-digest', help: 'SHA-256 of that artifact, as the store received it.' },
  { name: 'artifact-url', help: 'Address of that artifact.' },
  { name: 'report-path', help: 'Folder with report.json, junit.xml and summary.md.' },
  {
    name: 'databases',
    help: 'The restored databases that are still there, as a JSON list with name, connection, host, port, user and url.',
  },
  { name: 'database-url', help: 'Connection URL of the first of them, without its password.' },
  { name: 'database-name', help: 'Name of the first of them.' },
  {
    name: 'database-password',
    help: 'Password of that URL, masked, where the server is a throwaway one; outputs of other servers have none.',
  },
] as const satisfies readonly Output[];

export type OutputName = (typeof outputs)[number]['name'];
