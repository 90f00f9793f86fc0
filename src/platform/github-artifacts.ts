import { dirname, resolve } from 'node:path';
import { fault } from '../errors.ts';
import { artifactName, checkRetention, type Measure, measureFile } from './artifact-checks.ts';
import { artifactFault, checkArtifactService } from './artifact-faults.ts';
import { artifactUrl, type Environment } from './github-environment.ts';
import type { ArtifactStore } from './platform.ts';

/** The part of @actions/artifact's client that is used here. */
export interface ArtifactClient {
  uploadArtifact(
    name: string,
    files: string[],
    rootDirectory: string,
    options: { skipArchive: true; retentionDays?: number },
  ): Promise<Upload>;
  getArtifact(name: string): Promise<{ readonly artifact: Upload }>;
  deleteArtifact(name: string): Promise<unknown>;
}

/** What the client says of an upload or of an artifact; digests with or without `sha256:` before them. */
interface Upload {
  readonly id?: number;
  readonly size?: number;
  readonly digest?: string;
}

/**
 * Opens the artifacts of this run. The client is loaded here and not before, as it is five megabytes of code.
 *
 * @throws PGR230 where this job has none
 */
export async function openGithubArtifacts(
  environment: Environment,
  maximumRetentionDays: number | undefined,
): Promise<ArtifactStore> {
  checkArtifactService(environment);
  const { DefaultArtifactClient } = await import('@actions/artifact');
  return githubArtifacts(new DefaultArtifactClient(), environment, maximumRetentionDays);
}

/**
 * Uploads single files as they are (no zip around them), so that an artifact's digest is its file's own SHA-256. What
 * client and service say afterwards must agree with the file; an artifact that doesn't is removed again.
 */
export function githubArtifacts(
  client: ArtifactClient,
  environment: Environment,
  maximumRetentionDays: number | undefined,
): ArtifactStore {
  return {
    async upload(file, { retentionDays }) {
      const name = artifactName(file);
      checkRetention(retentionDays, maximumRetentionDays);
      const path = resolve(file);
      const own = await measureFile(path);
      const sent = await send(client, name, path, retentionDays);
      const stored = await lookUp(client, name, sent.id);
      if (sent.id === undefined || !agrees(sent, own)) throw await retract(client, name, own, sent);
      if (stored?.digest !== undefined && !agrees(stored, own)) throw await retract(client, name, own, stored);
      const id = String(sent.id);
      return { id, name, bytes: own.bytes, sha256: own.sha256, url: artifactUrl(environment, id) };
    },
    async remove(name) {
      const there = await client.getArtifact(name).then(
        () => true,
        () => false,
      );
      if (!there) return false;
      await client.deleteArtifact(name).catch((error: unknown) => {
        throw artifactFault(name, error);
      });
      return true;
    },
  };
}

async function send(client: ArtifactClient, name: string, path: string, days: number | undefined): Promise<Upload> {
  const retention = days === undefined ? {} : { retentionDays: days };
  try {
    return await client.uploadArtifact(name, [path], dirname(path), { skipArchive: true, ...retention });
  } catch (error) {
    throw artifactFault(name, error);
  }
}

/** What the service has under the name. That it can't say is no contradiction: the upload itself was confirmed. */
async function lookUp(client: ArtifactClient, name: string, id: number | undefined): Promise<Upload | undefined> {
  const found = await client.getArtifact(name).catch(() => undefined);
  return found !== undefined && found.artifact.id === id ? found.artifact : undefined;
}

function agrees(answer: Upload, own: Measure): boolean {
  return bare(answer.digest) === own.sha256 && answer.size === own.bytes;
}

function bare(digest: string | undefined): string | undefined {
  return digest?.replace(/^sha256:/, '').toLowerCase();
}

async function retract(client: ArtifactClient, name: string, own: Measure, answer: Upload) {
  const removed = await client.deleteArtifact(name).then(
    () => 'it was removed again',
    () => 'it could not be removed',
  );
  const reported = `${answer.size ?? 'unknown'} bytes with SHA-256 ${bare(answer.digest) ?? 'unknown'}`;
  return fault(
    'PGR230',
    `the artifact ${name} is not what was sent, and ${removed}: the file has ${own.bytes} bytes with SHA-256 ${own.sha256}, the service reports ${reported}`,
    'make sure that nothing writes to the file and run the job again',
  );
}
