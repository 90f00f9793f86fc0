import type { Finding } from './finding.ts';

/**
 * True for what only says that the schema `public` of a copy belongs to whoever owns it before 14, where there is no role
 * `pg_database_owner`, to which that of 15 and newer belongs. What may be done in it is an entry of its own.
 */
export function isOwnerOfOldPublic(
  finding: Finding,
  majors: { readonly source: number; readonly copy: number },
): boolean {
  return majors.source >= 15 && majors.copy < 14 && finding.kind === 'extra' && finding.object === 'SCHEMA public';
}
