import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Something that must not outlive the job. */
export type Leftover =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'database' | 'role'; readonly connection: string; readonly name: string }
  | LeftoverServer;

/** A throwaway server and all that is on it. */
export interface LeftoverServer {
  readonly kind: 'server';
  readonly connection: string;
  /** Undefined while it is being made. JSON leaves that out. */
  readonly pid?: number | undefined;
  readonly dataFolder: string;
  /** The folders that make it up. */
  readonly folders: readonly string[];
}

/** Records what a run has made and must take back, so that a later process can do it when this one was killed. */
export interface Undo {
  /** Call before making the thing. The returned function says that it is gone, or is to stay. */
  record(leftover: Leftover): () => void;
}

/** A journal in a file, one line a fact, written through at once: it must survive SIGKILL. */
export function createUndo(journal: string): Undo {
  let count = 0;
  return {
    record(leftover) {
      const id = count++;
      append(journal, { id, leftover });
      return () => append(journal, { id, done: true });
    },
  };
}

/** What a journal says is still there, newest first, as later things may live in earlier ones. */
export function readLeftovers(journal: string): readonly Leftover[] {
  if (!existsSync(journal)) return [];
  const open = new Map<number, Leftover>();
  for (const line of readFileSync(journal, 'utf8').split('\n')) {
    const fact = parse(line);
    if (fact === undefined) continue;
    if ('leftover' in fact) open.set(fact.id, fact.leftover);
    else open.delete(fact.id);
  }
  return [...open.values()].reverse();
}

/** What is left to be taken back one by one: what is on a throwaway server goes with it. */
export function withoutDoomed(leftovers: readonly Leftover[]): readonly Leftover[] {
  const doomed = leftovers.flatMap(leftover => (leftover.kind === 'server' ? [leftover.connection] : []));
  return leftovers.filter(leftover => {
    const onServer = leftover.kind === 'database' || leftover.kind === 'role';
    return !(onServer && doomed.includes(leftover.connection));
  });
}

type Fact = { readonly id: number; readonly leftover: Leftover } | { readonly id: number; readonly done: true };

function append(journal: string, fact: Fact): void {
  appendFileSync(journal, `${JSON.stringify(fact)}\n`, { mode: 0o600 });
}

/** A process that was killed while it wrote leaves half a line: that fact did not come to be. */
function parse(line: string): Fact | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Fact);
  } catch {
    return undefined;
  }
}
