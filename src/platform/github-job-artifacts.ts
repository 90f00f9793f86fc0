import { fault } from '../errors.ts';
import { checkArtifactService } from './artifact-faults.ts';
import type { Environment } from './github-environment.ts';
import { githubPublished, type JobArtifacts } from './github-published.ts';
import { openRest, tokenOf } from './github-rest.ts';
import type { PublishedArtifacts } from './platform.ts';

/** What runs have published, for a job: files come through GitHub's own client, which is loaded when it is needed. */
export function jobPublished(environment: Environment, signal: AbortSignal): PublishedArtifacts {
  const own = environment['GITHUB_REPOSITORY'];
  return githubPublished(() => openRest(environment, signal), own, jobArtifacts(environment, own ?? ''));
}

function jobArtifacts(environment: Environment, own: string): JobArtifacts {
  const client = async () => {
    const { DefaultArtifactClient } = await import('@actions/artifact');
    return new DefaultArtifactClient();
  };
  return {
    async find(name) {
      checkArtifactService(environment);
      const opened = await client();
      const found = await opened.getArtifact(name).catch((error: unknown) => {
        throw fault(
          'PGR231',
          `this run has no artifact ${name}`,
          'publish it in a job before, which this one `needs`',
          error,
        );
      });
      const { id, size, digest, createdAt = new Date() } = found.artifact;
      const sha256 = digest?.replace(/^sha256:/, '');
      // Such a run has the repository's rights, and may have handled what strangers sent.
      const strangers = environment['GITHUB_EVENT_NAME'] === 'pull_request_target';
      const foreign = strangers ? 'this run of pull_request_target, to which strangers may have sent it' : undefined;
      return { id, name, bytes: size, sha256, createdAt, repository: own, run: undefined, foreign };
    },
    async download({ id, name, run, repository }, folder) {
      const [repositoryOwner = '', repositoryName = ''] = repository.split('/');
      const findBy =
        run === undefined
          ? {}
          : { findBy: { token: tokenOf(environment), workflowRunId: run, repositoryOwner, repositoryName } };
      const opened = await client();
      // A zip would be unpacked by the client without a limit; nothing that `publish` makes is one.
      await opened.downloadArtifact(id, { path: folder, skipDecompress: true, ...findBy }).catch((error: unknown) => {
        const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        throw fault('PGR231', `the artifact ${name} could not be fetched: ${reason}`, 'run it again', error);
      });
    },
  };
}
