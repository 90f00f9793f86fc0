import { rm, writeFile } from 'node:fs/promises';

/** How the tool cache of a runner names what lies in it, see `@actions/tool-cache`: below the cache, a folder each. */
export interface ToolName {
  readonly tool: string;
  /** Three numbers, and for a prerelease its name behind a dash. */
  readonly version: string;
  /** As Node calls it. */
  readonly processor: string;
}

/** A runner's tool cache. Every action of a job can look things up there. */
export interface ToolCache {
  /** The folder of a tool that lies there and is marked as complete. */
  find(name: ToolName): Promise<string | undefined>;
}

/** The tool cache takes a folder for complete while this empty file lies beside it. */
function markerOf(folder: string): string {
  return `${folder}.complete`;
}

/** Marks a folder that has been found sound. Where that cannot be done, the folder serves this run alone. */
export async function markComplete(folder: string): Promise<void> {
  // Never through what somebody else may have put there.
  await writeFile(markerOf(folder), '', { flag: 'wx', mode: 0o644 }).catch(() => undefined);
}

/** Comes before anything of a folder is changed. Where the marker cannot be removed, the folder cannot be replaced either. */
export async function unmark(folder: string): Promise<void> {
  await rm(markerOf(folder), { force: true }).catch(() => undefined);
}
