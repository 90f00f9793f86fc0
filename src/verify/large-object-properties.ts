import { applyGrants, type Grant, showGrants } from '../postgres/archive/grants.ts';
import { largeObjectIds } from '../postgres/archive/large-objects.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { sqlTokens } from '../postgres/archive/sql-tokens.ts';
import type { Session } from '../postgres/session.ts';
import type { CompareOptions } from './compared-entries.ts';
import type { Check, Finding } from './finding.ts';
import { makeCheck, skippedCheck, unreadCheck } from './make-check.ts';
import type { Reading } from './reading.ts';

/** What a large object has beside its bytes. */
export interface LargeObjectProperties {
  readonly owner: string;
  readonly grants: readonly Grant[];
  readonly comment: string;
}

/** What ALL stands for; its owner has both from the beginning. */
const allPrivileges = ['SELECT', 'UPDATE'] as const;

/** Those of every large object of the session's database, by OID. */
export async function readLargeObjectProperties(session: Session): Promise<ReadonlyMap<number, LargeObjectProperties>> {
  // Many large objects are alike, so each kind comes once.
  const rows = await session.query<{ ids: string; owner: string; grants: string; comment: string | null }>(`
    SELECT pg_catalog.pg_get_userbyid(alike.lomowner)::pg_catalog.text AS "owner", alike.description AS "comment", alike.ids AS "ids",
      (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                'grantee', CASE WHEN a.grantee = 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(a.grantee) END,
                'privilege', a.privilege_type, 'grantable', a.is_grantable))::pg_catalog.text
       FROM pg_catalog.aclexplode(COALESCE(alike.acl::pg_catalog._aclitem, pg_catalog.acldefault('L', alike.lomowner))) AS a) AS "grants"
    FROM (
      SELECT m.lomowner, m.lomacl::pg_catalog.text AS acl, d.description,
             pg_catalog.string_agg(m.oid::pg_catalog.text, ' ') AS ids
      FROM pg_catalog.pg_largeobject_metadata m
      LEFT JOIN pg_catalog.pg_description d
        ON d.objoid = m.oid AND d.classoid = 'pg_catalog.pg_largeobject'::pg_catalog.regclass AND d.objsubid = 0
      GROUP BY 1, 2, 3
    ) AS alike`);
  return new Map(
    rows.flatMap(({ ids, owner, grants, comment }) => {
      const read = JSON.parse(grants ?? '[]') as readonly (Grant & { readonly grantee: string | null })[];
      const named = read.map(grant => ({ ...grant, grantee: grant.grantee ?? undefined }));
      const properties = { owner, grants: named, comment: comment ?? '' };
      return ids.split(' ').map(id => [Number(id), properties] as const);
    }),
  );
}

const name = 'large object properties';

/** Owners, grants and comments of large objects as an archive has them, which no dump of definitions holds. */
export function compareLargeObjectProperties(
  source: readonly TocEntry[],
  reading: Reading<ReadonlyMap<number, LargeObjectProperties>>,
  options: CompareOptions,
): Check {
  if (!options.sections.includes('pre-data') || !options.sections.includes('data'))
    return skippedCheck(name, 'objects', 'the restore left out a section that makes them');
  return compareProperties({ kind: 'read', value: expectedProperties(source, options) }, reading, options.privileges);
}

/** The same of two databases. Large objects that are missing or extra are the matter of their contents. */
export function compareProperties(
  source: Reading<ReadonlyMap<number, LargeObjectProperties>>,
  target: Reading<ReadonlyMap<number, LargeObjectProperties>>,
  privileges: CompareOptions['privileges'],
): Check {
  if (source.kind === 'unreadable') return unreadCheck(name, 'objects', source.reason);
  if (target.kind === 'unreadable') return unreadCheck(name, 'objects', target.reason);
  let compared = 0;
  const findings: Finding[] = [];
  for (const [id, expected] of source.value) {
    const actual = target.value.get(id);
    if (actual === undefined) continue;
    compared++;
    for (const [property, ours, theirs] of propertiesOf(expected, actual)) {
      if (ours === theirs || (property === 'grants' && privileges === 'skip')) continue;
      findings.push({ kind: 'changed', object: `LARGE OBJECT ${id}`, property, expected: ours, actual: theirs });
    }
  }
  return makeCheck({ name, level: 'objects', compared, findings });
}

/** Another owner has by itself what the expected one would have: that is told once, as the owner. */
function propertiesOf(
  expected: LargeObjectProperties,
  actual: LargeObjectProperties,
): readonly (readonly [property: string, expected: string, actual: string])[] {
  const grants = expected.grants.map(grant =>
    grant.grantee === expected.owner ? { ...grant, grantee: actual.owner } : grant,
  );
  return [
    ['owner', expected.owner, actual.owner],
    ['grants', showGrants(grants), showGrants(actual.grants)],
    ['comment', expected.comment, actual.comment],
  ];
}

/** Those of every large object of an archive, by OID. */
export function largeObjectProperties(entries: readonly TocEntry[]): ReadonlyMap<number, LargeObjectProperties> {
  return expectedProperties(entries, { owners: 'keep' });
}

/** Several may share an entry since pg_dump 17, and what is attached to it is meant for each of them. */
function expectedProperties(
  source: readonly TocEntry[],
  { owners }: Pick<CompareOptions, 'owners'>,
): ReadonlyMap<number, LargeObjectProperties> {
  const attached = new Map<number, TocEntry[]>();
  for (const entry of source) {
    if (!/^LARGE OBJECTS? /.test(entry.tag)) continue;
    for (const id of entry.dependencies) attached.set(id, [...(attached.get(id) ?? []), entry]);
  }
  return new Map(
    source
      .filter(({ description }) => description === 'BLOB' || description === 'BLOB METADATA')
      .flatMap(entry => {
        const owner = owners === 'keep' ? (entry.owner ?? '') : owners.role;
        const properties = withAttached(owner, attached.get(entry.dumpId) ?? []);
        return largeObjectIds([entry]).map(id => [id, properties] as const);
      }),
  );
}

function withAttached(owner: string, entries: readonly TocEntry[]): LargeObjectProperties {
  const own = allPrivileges.map(privilege => ({ grantee: owner, privilege, grantable: false }));
  const text = (description: string) =>
    entries
      .filter(entry => entry.description === description)
      .map(({ definition }) => definition ?? '')
      .join('\n');
  const comment = [...sqlTokens(text('COMMENT'))].find(({ kind }) => kind === 'text')?.value ?? '';
  return { owner, grants: applyGrants(own, text('ACL'), allPrivileges), comment };
}
