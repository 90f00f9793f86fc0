import type { ErrorCode } from '../../../src/errors.ts';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import type { ResultsService } from '../../support/results-service.ts';
import { type Step, declared as withConnections } from '../faults/bench.ts';

/** One bad input, given to the command line and to the action. The numbers are those of the table's thirty kinds. */
export interface BadInput {
  readonly number: number;
  readonly name: string;
  readonly code: ErrorCode;
  readonly says: RegExp;
  readonly remedy: RegExp;
  /** How often it is told, where the file has it more than once: all problems come at once. Default: once. */
  readonly times?: number;
  /** The declared file, unless there are inputs. */
  readonly file?: string;
  /** The short form: inputs of the action, variables of the command line. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** What must not be shown anywhere: secrets, and parts of them. */
  readonly hidden?: readonly string[];
  /** Line of the declared file that the action annotates. */
  readonly line?: number;
  /** What lies in the workspace before. */
  readonly arrange?: (at: Workspace, bench: Bench) => Promise<unknown>;
  /** Where the input exists in one door alone: which, and why. */
  readonly only?: readonly ['action' | 'command line', because: string];
  /** Payload of the event that has started the workflow. */
  readonly event?: unknown;
}

export interface Workspace {
  readonly workspace: string;
  readonly write: (path: string, text: string) => Promise<string>;
}

export interface Bench {
  readonly server: ThrowawayServer;
  readonly service: ResultsService;
  /** A folder with a dump set of the database `shop`, of the format that its name says. */
  readonly dumpSet: (format: 'directory' | 'plain') => string;
}

/** A file that dumps `shop`, with more keys of the connection or of the step. */
export const dumping = (dump: Step = {}, source: Step = {}, more: Step = {}) =>
  withConnections({ source, steps: [{ dump: { from: 'source', to: 'dumps/set', ...dump } }], ...more });

/** A file with a dump of each connection, which are written as they are. */
export function connecting(...connections: readonly Step[]): string {
  const named = connections.map((connection, index) => [`source${index}`, connection] as const);
  const steps = named.map(([from]) => ({ dump: { from, to: `dumps/${from}` } }));
  return JSON.stringify({ version: 1, connections: Object.fromEntries(named), steps }, undefined, 2);
}

/** A file that restores the dump set that lies in `found`. */
export const restoring = (restore: Step, more: Step = {}) =>
  withConnections({ steps: [{ restore: { from: 'found', into: 'target', ...restore } }], ...more });
