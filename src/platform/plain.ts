import { fault } from '../errors.ts';
import type { Environment } from './github-environment.ts';
import { githubPublished } from './github-published.ts';
import { openRest } from './github-rest.ts';
import { defused, logLines } from './log-lines.ts';
import type { Platform, SourcePosition } from './platform.ts';
import { createRedactor, type Redactor } from './redaction.ts';

/** Where text goes: `process.stdout`, `process.stderr` or a file. */
export interface TextSink {
  write(text: string): unknown;
  /** The width of a terminal in characters. */
  readonly columns?: number | undefined;
}

export interface PlainOptions {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly workspace: string;
  readonly temporary: string;
  /** Whether stdout is a terminal. */
  readonly interactive: boolean;
  readonly verbose?: boolean;
  /** `GITHUB_TOKEN` and `GITHUB_REPOSITORY` say who asks GitHub for artifacts, and where. */
  readonly environment?: Environment;
  /** Shared with other writers of the same run, such as those of report files. */
  readonly redactor?: Redactor;
}

const eraseLine = '\r\x1b[2K';

/**
 * A terminal, or any CI that is not spoken to in its own language. Outputs and summaries go nowhere here, as the report
 * files hold both. Lines that a CI could take for commands get a backslash.
 */
export function plainPlatform(options: PlainOptions): Platform {
  const { stdout, stderr, interactive, verbose = false, environment = {}, redactor = createRedactor() } = options;
  let transientShown = false;
  let depth = 0;

  const clear = () => {
    if (transientShown) stdout.write(eraseLine);
    transientShown = false;
  };
  const print = (sink: TextSink, text: string) => {
    clear();
    sink.write(`${logLines(redactor.apply(text)).map(defused).join('\n')}\n`);
  };

  return {
    name: 'plain',
    interactive,
    verbose,
    workspace: options.workspace,
    temporary: options.temporary,
    repository: undefined,
    info: text => print(stdout, text),
    foreign: lines => {
      if (lines.length > 0) print(stdout, lines.join('\n'));
    },
    transient: text => {
      if (!interactive) return;
      const line = logLines(redactor.apply(text)).join(' ');
      stdout.write(`${eraseLine}${fitted(line, stdout.columns)}`);
      transientShown = true;
    },
    annotate: (level, title, message, at) => {
      print(level === 'notice' ? stdout : stderr, `${level}: ${annotationText(title, message, at)}`);
    },
    group: async (title, body) => {
      print(stdout, `${'  '.repeat(depth)}${interactive ? '▸' : '=='} ${title}`);
      depth += 1;
      try {
        return await body();
      } finally {
        depth -= 1;
        clear();
      }
    },
    mask: value => redactor.mask(value),
    output: () => undefined,
    secretOutput: () => undefined,
    addPath: () => undefined,
    summary: () => Promise.resolve(),
    declareSubject: () => Promise.resolve(),
    fileCache: undefined,
    artifacts: () =>
      Promise.reject(
        fault(
          'PGR134',
          'workflow artifacts exist only inside a GitHub action',
          'publish to a folder instead and let this CI keep it, or run this file through the action',
        ),
      ),
    publishedArtifacts: signal =>
      Promise.resolve(
        githubPublished(() => openRest(environment, signal), environment['GITHUB_REPOSITORY'], undefined),
      ),
  };
}

/** One text for a title, a message and a place, for where there are no annotations. */
export function annotationText(title: string, message: string, at: SourcePosition | undefined): string {
  const place = at === undefined ? [] : [`${at.file}:${at.line}:${at.column}`];
  return [...place, title, message].filter(part => part !== '').join(': ');
}

/** A line that wraps can't be erased by going back to its start, so it is cut to the terminal's width. */
function fitted(line: string, columns: number | undefined): string {
  return columns === undefined
    ? line
    : Array.from(line)
        .slice(0, Math.max(columns - 1, 0))
        .join('');
}
