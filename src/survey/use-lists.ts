import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { parseUseList } from '../selection/restore-list.ts';
import type { Survey } from './survey.ts';

/** Reads the lists of entries that steps name. Throws PGR221 for a missing one, PGR182 for one that is no list. */
export async function surveyUseLists(config: Config, workspace: string): Promise<Survey['useLists']> {
  const named = config.steps.flatMap(step => (step.kind === 'restore' ? (step['use-list'] ?? []) : []));
  const paths = [...new Set(named)].map(path => [path, resolve(workspace, path)] as const);
  const lists = await Promise.all(
    paths.map(async ([path, absolute]) => [absolute, parseUseList(path, await readFile(absolute, 'utf8'))] as const),
  );
  return Object.fromEntries(lists);
}
