/**
 * A model of how GitHub's runner reads what a step prints: which lines it acts on as commands and which it only shows.
 * The rules are those of actions/runner (OutputManager, ActionCommandManager, ActionCommand): a registered command as
 * `::name key=value::data` at the start of a line after white space, or as `##[name key=value]data` anywhere in it;
 * none between `stop-commands` and its token.
 */
export interface RunnerLog {
  /** Every command that took effect, in order, stops and resumptions left out. */
  readonly commands: readonly LogCommand[];
  /** What a reader sees: the lines that were not commands. */
  readonly lines: readonly string[];
  readonly masks: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly groups: readonly string[];
  /** Whether commands are still stopped at the end. */
  readonly stopped: boolean;
}

export interface LogCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

export interface Annotation {
  readonly level: string;
  readonly title: string | undefined;
  readonly message: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
}

const known: ReadonlySet<string> = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

export function readRunnerLog(text: string): RunnerLog {
  const commands: LogCommand[] = [];
  const lines: string[] = [];
  let token: string | undefined;
  for (const line of text.replace(/\n$/, '').split(/\r\n|\r|\n/)) {
    const registered = token === undefined ? known : new Set([...known, token.toLowerCase()]);
    const command = commandOf(line, registered);
    if (command !== undefined && token !== undefined && command.name === token.toLowerCase()) token = undefined;
    else if (command === undefined || token !== undefined) lines.push(line);
    else if (command.name === 'stop-commands') token = command.data;
    else commands.push(command);
  }
  return {
    commands,
    lines,
    masks: commands.filter(command => command.name === 'add-mask').map(command => command.data),
    annotations: commands.filter(command => /^(notice|warning|error)$/.test(command.name)).map(annotationOf),
    groups: commands.filter(command => command.name === 'group').map(command => command.data),
    stopped: token !== undefined,
  };
}

function commandOf(line: string, registered: ReadonlySet<string>): LogCommand | undefined {
  return colonCommand(line, registered) ?? bracketCommand(line, registered);
}

/** The white space that .NET's TrimStart takes off. */
const leadingSpace = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

function colonCommand(line: string, registered: ReadonlySet<string>): LogCommand | undefined {
  const trimmed = line.replace(leadingSpace, '');
  const end = trimmed.indexOf('::', 2);
  if (!trimmed.startsWith('::') || end < 0) return undefined;
  const escapes = { '%0D': '\r', '%0A': '\n', '%25': '%' };
  const inProperties = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' };
  return parsed(trimmed.slice(2, end), trimmed.slice(end + 2), registered, ',', inProperties, escapes);
}

function bracketCommand(line: string, registered: ReadonlySet<string>): LogCommand | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const escapes = { '%3B': ';', '%0D': '\r', '%0A': '\n', '%5D': ']', '%25': '%' };
  return parsed(line.slice(start + 3, end), line.slice(end + 1), registered, ';', escapes, escapes);
}

type Escapes = Readonly<Record<string, string>>;

function parsed(
  head: string,
  data: string,
  registered: ReadonlySet<string>,
  separator: string,
  inProperties: Escapes,
  inData: Escapes,
): LogCommand | undefined {
  const [name = '', ...rest] = head.split(' ');
  if (!registered.has(name.toLowerCase())) return undefined;
  const pairs = rest
    .join(' ')
    .trim()
    .split(separator)
    .map(pair => /^=*([^=]+)=+(.+)$/s.exec(pair))
    .flatMap(match => (match === null ? [] : [[match[1] ?? '', unescaped(match[2] ?? '', inProperties)] as const]));
  return { name: name.toLowerCase(), properties: Object.fromEntries(pairs), data: unescaped(data, inData) };
}

function unescaped(text: string, escapes: Escapes): string {
  return Object.entries(escapes).reduce((result, [escaped, sign]) => result.replaceAll(escaped, sign), text);
}

function annotationOf({ name, properties, data }: LogCommand): Annotation {
  const line = properties['line'];
  return {
    level: name,
    title: properties['title'],
    message: data,
    file: properties['file'],
    line: line === undefined ? undefined : Number(line),
  };
}
