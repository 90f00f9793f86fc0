import type { Lock, LockedPackage, LockedSet, TakenAt } from '../../src/client/lock/lock.ts';

/** The lock as a module. One package is one line, so that a review sees which package changed and nothing else. */
export function renderLock({ schema, takenAt, sets }: Lock): string {
  return `// Made by scripts/lock.ts from signed indexes, and for macOS and Windows from conda-forge's, which is not; not to be edited.
// biome-ignore-all format: one package is one line.
import type { Lock } from './lock.ts';

export const lock: Lock = {
  schema: ${schema},
  takenAt: {
${renderTimes(takenAt)}  },
  sets: [
${sets.map(renderSet).join('')}  ],
};
`;
}

function renderTimes(takenAt: TakenAt): string {
  return Object.entries(takenAt)
    .map(([archive, time]) => `    ${quoted(archive)}: ${quoted(time)},\n`)
    .join('');
}

function renderSet({ product, major, version, platform, architecture, packages }: LockedSet): string {
  return `    {
      product: ${quoted(product)},
      major: ${major},
      version: ${quoted(version)},
      platform: ${quoted(platform)},
      architecture: ${quoted(architecture)},
      packages: [
${packages.map(renderPackage).join('')}      ],
    },
`;
}

function renderPackage({ name, version, archive, path, bytes, sha256 }: LockedPackage): string {
  const fields = [
    `name: ${quoted(name)}`,
    `version: ${quoted(version)}`,
    `archive: ${quoted(archive)}`,
    `path: ${quoted(path)}`,
    `bytes: ${bytes}`,
    `sha256: ${quoted(sha256)}`,
  ];
  return `        { ${fields.join(', ')} },\n`;
}

/** None of these values may hold a quote or a backslash: the indexes' reader lets none through. */
function quoted(text: string): string {
  if (!/^[\w.+:~/-]+$/.test(text)) throw new Error(`${JSON.stringify(text)} cannot stand in a lock`);
  return `'${text}'`;
}

/** `YYYYMMDDTHHMMSSZ`, the form in which snapshot services name a state. */
export function snapshotTime(date: Date): string {
  return date.toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '');
}
