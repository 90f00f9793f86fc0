import type { Config } from '../config/config.ts';
import { throwProblems } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';
import { readDisk } from '../preflight/disk-space.ts';
import { blockers, type Finding } from '../preflight/finding.ts';
import { preflight } from '../preflight/preflight.ts';
import type { Planned } from './prepare.ts';

/** The checks before a run, on this machine. */
export function lookBefore(planned: Planned, config: Config, platform: Platform): Promise<readonly Finding[]> {
  return preflight({ ...planned, config, readDisk, temporary: platform.temporary });
}

/** Throws all that blocks as one error. What is only worth knowing is said, and the run goes on. */
export async function refuseBefore(planned: Planned, config: Config, platform: Platform): Promise<void> {
  const findings = await lookBefore(planned, config, platform);
  throwProblems(blockers(findings));
  for (const finding of findings) {
    const what = `${finding.about}: ${finding.says}`;
    if (finding.verdict === 'warning') platform.annotate('warning', finding.check, `${what}\n→ ${finding.remedy}`);
    else if (finding.verdict === 'not checked') platform.info(`${finding.check}: not checked: ${what}`);
    else if (finding.verdict === 'note') platform.info(`${finding.check}: ${what}`);
  }
}
