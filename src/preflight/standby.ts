import type { Session } from '../postgres/session.ts';
import { formatDuration, plural } from '../report/format.ts';
import type { Finding, Subject } from './finding.ts';

export interface Standing {
  readonly inRecovery: boolean;
  readonly readOnly: boolean;
  /** Seconds since the last change that it has replayed; undefined where it has replayed all that it knows of. */
  readonly behind: number | undefined;
  readonly replayed: string | undefined;
  readonly unloggedTables: number;
  /** Whether the primary keeps rows for as long as this server's queries need them. */
  readonly feedback: boolean;
  /** How long replay waits for queries, as the setting says it; `-1` for ever. */
  readonly patience: string;
}

export async function readStanding(session: Session): Promise<Standing> {
  const [row] = await session.query<{
    recovery: boolean;
    readOnly: boolean;
    behind: string | null;
    replayed: string | null;
    unlogged: string;
    feedback: boolean;
    patience: string;
  }>(
    `select pg_is_in_recovery() as recovery, current_setting('transaction_read_only') = 'on' as "readOnly",
       case when pg_is_in_recovery() and pg_last_wal_receive_lsn() is distinct from pg_last_wal_replay_lsn()
         then extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::text end as behind,
       case when pg_is_in_recovery() then pg_last_wal_replay_lsn()::text end as replayed,
       (select count(*) from pg_class where relkind = 'r' and relpersistence = 'u')::text as unlogged,
       current_setting('hot_standby_feedback') = 'on' as feedback,
       current_setting('max_standby_streaming_delay') as patience`,
  );
  return {
    inRecovery: row?.recovery ?? false,
    readOnly: row?.readOnly ?? false,
    behind: row?.behind == null ? undefined : Number(row.behind),
    replayed: row?.replayed ?? undefined,
    unloggedTables: Number(row?.unlogged ?? 0),
    feedback: row?.feedback ?? false,
    patience: row?.patience ?? '',
  };
}

/** A server that is dumped may be a standby, and then some things are otherwise. */
export function judgeSource(about: string, standing: Standing): readonly Finding[] {
  const subject: Subject = { check: 'standby', about };
  if (!standing.inRecovery) return [{ ...subject, verdict: 'ok', says: 'it is a primary' }];
  const { behind, replayed, unloggedTables, feedback, patience } = standing;
  const lag = behind === undefined ? '' : `, with the last change that it has ${formatDuration(behind)} old`;
  const findings: Finding[] = [
    { ...subject, verdict: 'note', says: `a standby: the dump is of WAL position ${replayed ?? 'unknown'}${lag}` },
  ];
  if (unloggedTables > 0)
    findings.push({
      ...subject,
      verdict: 'note',
      says: `${plural(unloggedTables, 'unlogged table')} will be empty in the dump, as a standby does not have the rows`,
    });
  if (!feedback && patience !== '-1')
    findings.push({
      ...subject,
      verdict: 'warning',
      says: `a dump that takes long may be cancelled for a conflict with recovery: replay waits for it ${patience}`,
      remedy: 'set hot_standby_feedback = on or max_standby_streaming_delay = -1 on the standby, or dump the primary',
    });
  return findings;
}

/** A server that is restored into has to take writes. */
export function judgeTarget(about: string, { inRecovery, readOnly }: Standing): Finding {
  const subject: Subject = { check: 'standby', about };
  if (!inRecovery && !readOnly) return { ...subject, verdict: 'ok', says: 'it takes writes' };
  const why = inRecovery ? 'it is a standby' : 'default_transaction_read_only is on for the role, database or server';
  return {
    ...subject,
    verdict: 'blocks',
    code: 'PGR169',
    says: `nothing can be restored into ${about}: ${why}`,
    remedy: inRecovery ? 'name the primary, or another server' : 'turn it off for the role that restores',
  };
}
