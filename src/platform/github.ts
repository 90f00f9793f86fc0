import { readFileSync } from 'node:fs';
import { appendFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, relative } from 'node:path';
import * as core from '@actions/core';
import { flushed } from './flush.ts';
import { openGithubArtifacts } from './github-artifacts.ts';
import { type Environment, repositoryOf } from './github-environment.ts';
import { githubFileCache } from './github-file-cache.ts';
import { jobPublished } from './github-job-artifacts.ts';
import { annotationsPerLevel, fitAnnotation, fitSummary, summaryLimitBytes } from './github-limits.ts';
import { logLines, looksLikeCommand, withCommandsStopped } from './log-lines.ts';
import { maskableLines } from './masks.ts';
import { annotationText } from './plain.ts';
import type { Platform, SourcePosition } from './platform.ts';
import { createRedactor, type Redactor } from './redaction.ts';

/**
 * A step of a GitHub workflow. `environment` is the one that the runner made; commands go to this process's stdout and
 * to the files that its own environment names, as @actions/core writes them. The summary and the outputs pass the
 * redactor as the log does, since files outside the log are not masked by the runner.
 */
export function githubPlatform(environment: Environment, redactor: Redactor = createRedactor()): Platform {
  const workspace = environment['GITHUB_WORKSPACE'] ?? process.cwd();
  const repository = repositoryOf(environment, readOptional(environment['GITHUB_EVENT_PATH']));
  const shown = { notice: 0, warning: 0, error: 0 };
  const issue = { notice: core.notice, warning: core.warning, error: core.error };
  let groupOpen = false;

  const clean = (text: string) => logLines(redactor.apply(text));
  const oneLine = (text: string) => clean(text).join(' ');
  const info = (text: string) => {
    const lines = clean(text);
    core.info(lines.some(looksLikeCommand) ? withCommandsStopped(lines) : lines.join('\n'));
  };

  const mask = (value: string) => {
    redactor.mask(value);
    for (const line of maskableLines(value)) core.setSecret(line);
  };

  const temporary = environment['RUNNER_TEMP'] ?? tmpdir();

  return {
    name: 'github',
    interactive: false,
    // Set where somebody has asked for debug logs of the run.
    verbose: environment['RUNNER_DEBUG'] === '1',
    workspace,
    temporary,
    repository,
    info,
    foreign: lines => {
      if (lines.length > 0) core.info(withCommandsStopped(clean(lines.join('\n'))));
    },
    transient: () => undefined,
    annotate: (level, title, message, at) => {
      const text = clean(message).join('\n');
      const short = fitAnnotation(text);
      shown[level] += 1;
      const dropped = shown[level] > annotationsPerLevel;
      if (dropped || short !== text) info(`${level}: ${annotationText(title, message, at)}`);
      if (!dropped) issue[level](short, { ...titled(oneLine(title)), ...placed(at, workspace, oneLine) });
    },
    group: async (title, body) => {
      if (groupOpen) {
        info(`▸ ${title}`);
        return body();
      }
      groupOpen = true;
      core.startGroup(oneLine(title));
      try {
        return await body();
      } finally {
        core.endGroup();
        groupOpen = false;
        await flushed(process.stdout);
      }
    },
    mask,
    output: (name, value) => core.setOutput(name, redactor.apply(value)),
    secretOutput: (name, secret) => {
      mask(secret.reveal());
      core.setOutput(name, secret.reveal());
    },
    addPath: folder => core.addPath(folder),
    summary: async markdown => {
      const file = environment['GITHUB_STEP_SUMMARY'];
      if (!file) return;
      try {
        const room = summaryLimitBytes - (await stat(file)).size;
        await appendFile(file, fitSummary(`${redactor.apply(markdown)}\n`, room));
      } catch (error) {
        info(`the job summary could not be written: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    declareSubject: async file => {
      // A list of paths that actions/attest takes as its subjects; the runner refuses one with an equals sign.
      const list = environment['GITHUB_ARTIFACTS'];
      const path = relative(workspace, file);
      if (list && !/^\.\.|[=\p{Cc}]/u.test(path)) await appendFile(list, `${path}\n`).catch(() => undefined);
    },
    fileCache: githubFileCache({ temporary, info }),
    artifacts: () => openGithubArtifacts(environment, repository?.maximumRetentionDays),
    publishedArtifacts: signal => Promise.resolve(jobPublished(environment, signal)),
  };
}

function readOptional(file: string | undefined): string | undefined {
  try {
    return file ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function titled(title: string): core.AnnotationProperties {
  return title === '' ? {} : { title };
}

/** GitHub ties an annotation to a file of the repository only when its path is relative to the workspace. */
function placed(
  at: SourcePosition | undefined,
  workspace: string,
  clean: (text: string) => string,
): core.AnnotationProperties {
  if (at === undefined) return {};
  const file = clean(isAbsolute(at.file) ? relative(workspace, at.file) : at.file);
  return { file, startLine: at.line, startColumn: at.column };
}
