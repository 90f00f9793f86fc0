import { fault } from '../../errors.ts';

/** What the system said, as the error that a user sees. A full disk has an error of its own, which is made elsewhere. */
export function fileFault(what: string, error: unknown): unknown {
  const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined || code === 'ENOSPC' || code === 'EDQUOT') return error;
  const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code) && what.endsWith('stored');
  const remedy = noLinks
    ? 'choose a folder on a file system with hard links'
    : 'check that the folder is there and that this user may use it';
  return fault('PGR232', `${what}: the system says ${code}`, remedy, error);
}
