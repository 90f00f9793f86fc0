/**
 * Debian's order of versions: negative when `left` is older, 0 when both are equal, positive when it is newer.
 * The rule is deb-version(7): epoch, then upstream version, then revision; runs of digits compare as numbers, the rest
 * by character, where `~` comes before the end of the string and letters come before all other signs.
 */
export function compareDebianVersions(left: string, right: string): number {
  const [first, second] = [split(left), split(right)];
  return (
    compareNumbers(first.epoch, second.epoch) ||
    compareParts(first.upstream, second.upstream) ||
    compareParts(first.revision, second.revision)
  );
}

interface VersionParts {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

/** The upstream part of a version: without epoch and revision. */
export function upstreamVersion(version: string): string {
  return split(version).upstream;
}

function split(version: string): VersionParts {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? '0' : version.slice(0, colon),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

function compareParts(left: string, right: string): number {
  const [first, second] = [runs(left), runs(right)];
  // One turn more than the longer side has runs: the end of a string is later than a `~`.
  for (let index = 0; index <= Math.max(first.length, second.length); index += 1) {
    const [ours = '', theirs = ''] = [first[index], second[index]];
    const order = index % 2 === 0 ? compareSigns(ours, theirs) : compareNumbers(ours, theirs);
    if (order !== 0) return order;
  }
  return 0;
}

/** The runs of a version in turn: signs (may be empty), digits, signs, digits … */
function runs(text: string): readonly string[] {
  return text.split(/(\d+)/);
}

function compareSigns(left: string, right: string): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = weight(left, index) - weight(right, index);
    if (order !== 0) return order;
  }
  return 0;
}

function weight(text: string, index: number): number {
  const character = text.charAt(index);
  if (character === '') return 0;
  if (character === '~') return -1;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 0x100;
}

/** Of any length: dates and hashes of commits can be longer than a double is exact. */
function compareNumbers(left: string, right: string): number {
  const [first, second] = [left.replace(/^0+/, ''), right.replace(/^0+/, '')];
  if (first.length !== second.length) return first.length - second.length;
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
