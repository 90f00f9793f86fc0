import { manyFiles, manyTables, smallTable } from '../src/plan/choices.ts';
import { formatBytes, formatCount } from '../src/report/format.ts';
import type { MeasuredSet } from './document.ts';
import { table } from './markdown-table.ts';
import { formatSpread, pairedRatios } from './ratios.ts';

/** What a loader has to gain over pg_restore, and on how many of the data sets, to be worth having. */
const least = 0.15;
const leastSets = 2;

/** The floor is faster than any loader: it decompresses nothing, and no row comes through a client. */
export function loaderLines(dataSets: readonly MeasuredSet[]): readonly string[] {
  const gains = dataSets.flatMap(({ title, rounds }) => {
    const [floor, tools] = [rounds['floor in'], rounds.tuned];
    if (floor.length === 0 || tools.length === 0) return [];
    const value = pairedRatios(
      floor.map(({ total }) => total),
      tools.map(({ parts }) => parts['restore'] ?? Number.NaN),
    );
    return [{ title, value }];
  });
  if (gains.length === 0) return [];
  const faster = gains.filter(({ value }) => value.median <= 1 - least).length;
  return [
    '## Would a loader of our own be faster than pg_restore?',
    '',
    `It would have to take ${least * 100} % less time on ${leastSets} of the data sets. The most that it could gain is what the floor does: COPY … FREEZE`,
    'in the transaction that truncates the table, from files on the server itself, nothing decompressed and nothing sent by a client; then the indexes.',
    '',
    ...table(
      ['data set', 'floor / `pg_restore`'],
      gains.map(({ title, value }) => [title, formatSpread(value)]),
    ),
    '',
    faster >= leastSets
      ? `The floor gains that much on ${faster} of them: a loader may be worth a try.`
      : `Even the floor gains that much on ${faster} of ${gains.length} only: pg_restore stays.`,
    '',
  ];
}

/** Kept beside the figures that they follow from. */
export const choiceLines = [
  '## What is chosen, and why',
  '',
  'The plan (`pg-roundtrip plan`) tells each choice and its reason; each can be set.',
  '',
  '| what | chosen | why | to set it |',
  '| --- | --- | --- | --- |',
  `| jobs | as many as cores, fewer where the server or the role has too few connections left; one to restore ${manyTables} tables or more of less than ${formatBytes(smallTable)} on average, on this machine | more than cores were slower; each table costs several jobs a round through another process and a TRUNCATE, which small ones do not earn back | \`jobs\` |`,
  `| format | \`directory\`; \`custom\` for ${formatCount(manyFiles)} tables or more of less than ${formatBytes(smallTable)} on average, on this machine | several jobs need a file for each table, and each is made, synced and hashed | \`format\` |`,
  '| compression | zstd level 1 by clients from 16 on, gzip level 1 before | a quarter of the time of gzip 6, and smaller; lz4 and levels below 0 take 10 to 30 % less of pg_dump’s CPU time, for files 1.4 to 1.8 times as large | `compress` |',
  '| order of tables | the biggest first | the tools do so in the directory format: one big table is not left over at the end | `use-list` |',
  '| index builds | without parallel workers where all cores of this machine have a job | workers and jobs get into each other’s way | `options: -c max_parallel_maintenance_workers=N` of the connection |',
  '| sessions that count and hash a copy | as many as cores, from 2 to 8 | the rows of one table are hashed by one process, so that big tables are split among them | |',
  '| hashes of rows | taken beside pg_dump, in its snapshot, where a later step compares the content | a hash on either side costs less than printing, sending and comparing the rows, and none of it is ours | `content-hash` |',
  '| throwaway servers | nothing is synced, 256 MB of shared buffers and for index builds | what may be lost needs no disk | |',
  '| other servers | their settings stay as they are | they are not ours | `options` of the connection |',
  '',
];
