import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type CliOptions, type CliRun, makePlace, type Place, startCli } from '../../support/cli.ts';
import { allCommandLines } from '../../support/processes.ts';
import { keptClients } from '../../support/sealed.ts';

export type Step = Readonly<Record<string, unknown>>;

export interface Declaration {
  readonly scratch?: Step;
  readonly steps: readonly Step[];
  readonly [key: string]: unknown;
}

/** A declared file with a source, whose URL comes from a variable, and a throwaway server. */
export function declared({ scratch, ...rest }: Declaration): string {
  const connections = {
    source: { url: '${SOURCE_URL}', protected: true },
    scratch: { throwaway: true, ...scratch },
  };
  return JSON.stringify({ version: 1, connections, ...rest }, undefined, 2);
}

/** A place with a declared file, whose folder for temporary files the user of a server can enter. */
export async function placeWith(declaration: string): Promise<Place> {
  const place = await makePlace();
  await chmod(dirname(place.temporary), 0o711);
  await place.write('pg-roundtrip.yml', declaration);
  return place;
}

export function start(place: Place, sourceUrl: string, options: CliOptions = {}): CliRun {
  return startCli(place, {
    ...options,
    environment: { ...keptClients, SOURCE_URL: sourceUrl, ...options.environment },
  });
}

/** What is left of servers that runs of a place have started: their folders, and processes that use them. */
export async function serverTraces(place: Place): Promise<readonly string[]> {
  const folders = (await place.remains()).filter(path => path.startsWith('temporary'));
  const processes = (await allCommandLines()).filter(line => line.includes(place.temporary));
  return [...folders, ...processes.map(line => line.replaceAll('\0', ' '))];
}

/** Waits for a text of the log; fails with the log when the run ends before. */
export async function says(run: CliRun, text: RegExp): Promise<string> {
  let ended = false;
  void run.ended.then(() => {
    ended = true;
  });
  for (;;) {
    const found = text.exec(run.output())?.[0];
    if (found !== undefined) return found;
    if (ended) throw new Error(`the run ended without ${text}:\n${run.output()}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
