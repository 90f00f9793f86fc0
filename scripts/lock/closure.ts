import { type Constraint, type Dependency, satisfies } from './dependencies.ts';
import type { IndexedPackage, PackageIndex } from './package-index.ts';

/**
 * Everything that the roots need, by name, the roots among them. A name that is skipped counts as satisfied and is not
 * followed; of alternatives the first that the index has is taken, a virtual name stands for the first who provides it.
 * Always the newest version of a name is taken; a constraint that this version does not meet is an error, as is a
 * name that nobody has: a package set with a hole must never become a lock.
 */
export function dependencyClosure(
  index: PackageIndex,
  roots: readonly string[],
  skipped: (name: string) => boolean,
): readonly IndexedPackage[] {
  const chosen = new Map<string, IndexedPackage>();
  const waiting = roots.map(name => requirePackage(index, name));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (chosen.has(next.name)) continue;
    chosen.set(next.name, next);
    for (const dependency of next.dependencies) {
      const needed = choose(index, dependency, skipped, next.name);
      if (needed !== undefined) waiting.push(needed);
    }
  }
  return [...chosen.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function requirePackage(index: PackageIndex, name: string): IndexedPackage {
  const found = index.packages.get(name);
  if (found === undefined) throw new Error(`the index has no package ${name}`);
  return found;
}

function choose(
  index: PackageIndex,
  dependency: Dependency,
  skipped: (name: string) => boolean,
  by: string,
): IndexedPackage | undefined {
  if (dependency.some(({ name }) => skipped(name))) return undefined;
  for (const { name, constraint } of dependency) {
    const own = index.packages.get(name);
    if (own !== undefined) return checked(own, constraint, by);
    const [provider] = index.providers.get(name) ?? [];
    // A provided version is not read: Debian's library packages provide exactly what their binaries were built with.
    if (provider !== undefined) return skipped(provider) ? undefined : requirePackage(index, provider);
  }
  throw new Error(`${by} needs ${dependency.map(({ name }) => name).join(' or ')}, which the index does not have`);
}

function checked(found: IndexedPackage, constraint: Constraint | undefined, by: string): IndexedPackage {
  if (constraint === undefined || satisfies(found.version, constraint)) return found;
  throw new Error(
    `${by} needs ${found.name} ${constraint.operator} ${constraint.version}, the newest is ${found.version}`,
  );
}
