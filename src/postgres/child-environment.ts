/**
 * The only variables of our own environment that a program may see. The rest (inputs, tokens, PG* settings of the
 * machine) could redirect a connection or leak a secret; see libpq, "Environment Variables".
 */
const inherited = [
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'KRB5_CONFIG',
  'KRB5CCNAME',
  // By this, GitHub's runner finds and ends at the end of a job what a killed process has left (JobExtension).
  'RUNNER_TRACKING_ID',
];

/** The environment of a client program. */
export function childEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = inherited.flatMap(name => (own[name] === undefined ? [] : [[name, own[name]] as const]));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', ...added };
}
