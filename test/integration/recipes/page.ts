/** One block of the page: what is declared, and the commands that are shown for it. */
export interface Recipe {
  readonly title: string;
  readonly declared: string;
  readonly commands: readonly string[];
}

export interface Page {
  /** Stands above every block that begins with its steps. */
  readonly head: string;
  /** The steps that make a drill of a block that only dumps. */
  readonly drill: string;
  readonly recipes: readonly Recipe[];
}

const part = /^#{2,3} (?<title>.+)\n|^```yaml\n(?<declared>[\s\S]*?)^```\n(?:\n```sh\n(?<commands>[\s\S]*?)^```\n)?/gm;

export function readPage(text: string): Page {
  let title = '';
  const blocks = [...text.matchAll(part)].flatMap(({ groups = {} }): readonly Recipe[] => {
    const { declared, commands = '' } = groups;
    title = groups['title'] ?? title;
    return declared === undefined ? [] : [{ title, declared, commands: linesOf(commands) }];
  });
  const [head, drill, ...recipes] = blocks;
  if (head === undefined || drill === undefined) throw new Error('the page has no head');
  return { head: head.declared, drill: drill.declared, recipes: numbered(recipes) };
}

/** A complete file, as one would save it. */
export function fileOf({ head }: Page, { declared }: Recipe): string {
  return declared.startsWith('version:') ? declared : head + declared;
}

/** Folders of the dump sets that a file makes. */
export function dumpSetsOf(declared: string): readonly string[] {
  return [...declared.matchAll(/\bto: ([\w/-]+)/g)].flatMap(([, path]) => path ?? []);
}

/** A file that only dumps, with the steps that restore and compare what it dumps, one dump set after another. */
export function withDrill({ drill }: Page, declared: string): string {
  if (declared.includes('restore:')) return declared;
  const sets = dumpSetsOf(declared);
  const more = sets.map((set, index) =>
    drill.replace(
      'into: scratch',
      `into: scratch, from: ${set}, analyze: false${index === 0 ? '' : ', overwrite: app'}`,
    ),
  );
  const known = declared.includes('scratch:') ? declared : declared.replace(/^connections:\n/m, `$&${scratch}`);
  return known + more.join('');
}

const scratch = '  scratch:\n    url: ${SCRATCH_URL}\n';

/** The page with other commands, in the order of its recipes. */
export function withCommands(text: string, commands: readonly (readonly string[])[]): string {
  const others = [...commands];
  let index = -2; // The head and the drill have none.
  return text.replaceAll(part, (found: string, _title: unknown, declared: string | undefined) => {
    if (declared === undefined) return found;
    const lines = index >= 0 ? (others[index] ?? []) : [];
    index += 1;
    const shown = lines.length === 0 ? '' : `\n\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n`;
    return `\`\`\`yaml\n${declared}\`\`\`\n${shown}`;
  });
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter(line => line !== '');
}

/** Several blocks under one title get numbers. */
function numbered(recipes: readonly Recipe[]): readonly Recipe[] {
  return recipes.map((recipe, index) => {
    const before = recipes.slice(0, index).filter(({ title }) => title === recipe.title).length;
    return before === 0 ? recipe : { ...recipe, title: `${recipe.title} (${before + 1})` };
  });
}
