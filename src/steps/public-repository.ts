import { fault } from '../errors.ts';
import type { PlannedPublish } from '../plan/plan.ts';
import type { Repository } from '../platform/platform.ts';

/** Everybody who is signed in can download the artifacts of a public repository: PGR140 unless encrypted, or with a reason. */
export function refusePublic(
  { to, encryption, allowPublic }: Pick<PlannedPublish, 'to' | 'encryption' | 'allowPublic'>,
  repository: Repository | undefined,
): void {
  if (to.kind !== 'artifact' || encryption !== undefined || allowPublic !== undefined) return;
  if (repository?.visibility !== 'public') return;
  throw fault(
    'PGR140',
    `${repository.name} is public: anyone signed in could download this unencrypted dump`,
    'give `encrypt: { recipients: [age1…] }`, or write the reason why it may be public under `allow-public`',
  );
}

/** Whoever opens a pull request can have it read the caches of the default branch: PGR140. */
export function refusePublicCache(repository: Repository | undefined): void {
  if (repository?.visibility !== 'public') return;
  throw fault(
    'PGR140',
    `${repository.name} is public: anyone could have a pull request read this unencrypted dump from the cache`,
    'publish it encrypted, or leave `cache` out',
  );
}
