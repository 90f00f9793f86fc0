import type { Tool, ToolName } from './model.ts';
import { pgDump } from './pg-dump.ts';
import { pgDumpall } from './pg-dumpall.ts';
import { pgRestore } from './pg-restore.ts';
import { psql } from './psql.ts';

/** Every client tool with its options. */
export const tools = {
  pg_dump: pgDump,
  pg_dumpall: pgDumpall,
  pg_restore: pgRestore,
  psql,
} as const satisfies Readonly<Record<ToolName, Tool>>;
