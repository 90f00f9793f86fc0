import { DefaultArtifactClient } from '@actions/artifact';
import { setOutput } from '@actions/core';

/** A later step, or another job: downloads the artifact INPUT_ID to INPUT_PATH with GitHub's own client. */
const { digestMismatch } = await new DefaultArtifactClient().downloadArtifact(Number(process.env['INPUT_ID']), {
  path: process.env['INPUT_PATH'] ?? '',
  expectedHash: process.env['INPUT_EXPECTED-HASH'] ?? '',
});
setOutput('digest-mismatch', String(digestMismatch));
process.exit(0);
