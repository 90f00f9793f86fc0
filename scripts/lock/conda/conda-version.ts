type Atom = number | string;
type Component = readonly Atom[];

/** A version in comparable form: epoch first, then what stands between dots; after a plus sign the same again. */
interface Parsed {
  readonly version: readonly Component[];
  readonly local: readonly Component[];
}

/**
 * Conda's order of versions (conda, `models/version.py`): negative when `left` is older. Components between dots are
 * compared run by run of digits and letters; letters come before numbers (`1.0a` is before `1.0`), `dev` before all,
 * `post` after all, and what is missing counts as 0.
 */
export function compareCondaVersions(left: string, right: string): number {
  const [first, second] = [parse(left), parse(right)];
  return compareParts(first.version, second.version) || compareParts(first.local, second.local);
}

/** Whether a version is the one that is begun: `1.2` begins `1.2`, `1.2.3` and `1.2b1`, but not `1.20`. */
export function startsWith(version: string, beginning: string): boolean {
  const [whole, start] = [parse(version).version, parse(beginning).version];
  const last = start.length - 1;
  if (compareParts(whole.slice(0, last), start.slice(0, last)) !== 0) return false;
  const [component, wanted] = [whole[last] ?? [], start[last] ?? []];
  const end = wanted.length - 1;
  if (compareParts([component.slice(0, end)], [wanted.slice(0, end)]) !== 0) return false;
  const [atom = 0, begun = 0] = [component[end], wanted[end]];
  return typeof begun === 'string' ? typeof atom === 'string' && atom.startsWith(begun) : atom === begun;
}

function parse(text: string): Parsed {
  const match = /^(?:(\d+)!)?([a-z\d._-]+)(?:\+([a-z\d._-]+))?$/.exec(text.toLowerCase());
  const [, epoch = '0', version, local = ''] = match ?? [];
  if (version === undefined) throw new Error(`"${text}" is no version of a conda package`);
  return { version: [[Number(epoch)], ...components(version)], local: components(local) };
}

function components(text: string): readonly Component[] {
  return text
    .split(/[._-]/)
    .filter(part => part !== '')
    .map(part => {
      const atoms = (part.match(/\d+|\D+/g) ?? []).map(run => (/^\d/.test(run) ? Number(run) : run));
      // Numbers stand at even places, so that they meet numbers.
      return typeof atoms[0] === 'string' ? [0, ...atoms] : atoms;
    });
}

function compareParts(left: readonly Component[], right: readonly Component[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [first = [], second = []] = [left[index], right[index]];
    for (let place = 0; place < Math.max(first.length, second.length); place += 1) {
      const order = compareAtoms(first[place] ?? 0, second[place] ?? 0);
      if (order !== 0) return order;
    }
  }
  return 0;
}

function compareAtoms(left: Atom, right: Atom): number {
  const order = rank(left) - rank(right);
  if (order !== 0 || left === right) return order;
  return left < right ? -1 : 1;
}

function rank(atom: Atom): number {
  if (typeof atom === 'number') return 2;
  if (atom === 'dev') return 0;
  return atom === 'post' ? 3 : 1;
}
