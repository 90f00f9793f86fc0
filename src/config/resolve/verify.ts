import type { VerifyStep } from '../config.ts';
import type { StepDeclaration } from '../declaration/file.ts';
import { dumpFolders } from './dump.ts';
import { type Before, checkConnection, checkFilled, checkFolder, checkRenames, type References } from './references.ts';
import { resolveRename } from './rename.ts';
import type { Steps } from './steps.ts';
import { resolveUserChecks } from './user-checks.ts';

type Declared = Extract<StepDeclaration, { readonly kind: 'verify' }>;

/**
 * A verify step is about the nearest restore before it that agrees with what it says itself. Where none agrees, it has
 * to say everything.
 */
export function resolveVerify(
  { value, origin }: Declared,
  all: Steps,
  before: Before,
  references: References,
): VerifyStep | undefined {
  if (value.into !== undefined) {
    checkConnection(value.into, 'verify.into', 'read', references);
    checkFilled(value.into, 'verify.into', before, references);
  }
  if (value.from !== undefined) checkFolder(value.from, 'verify.from', before, dumpFolders(all), references);
  const restored = before.restores.findLast(
    ({ from, into }) => from === (value.from?.value ?? from) && into === (value.into?.value ?? into),
  );
  checkRenames(value.as, value.databases, 'verify.as', references);
  const rename = resolveRename(value.rename, 'verify.rename', references.problems) ?? restored?.rename;
  const from = value.from?.value ?? restored?.from;
  const into = value.into?.value ?? restored?.into;
  if (from === undefined || into === undefined) {
    const what = 'there is no restore step before that it could verify';
    if (!before.uncertain) references.problems.report('PGR128', origin, 'verify', what, 'add from and into');
    return undefined;
  }
  return {
    kind: 'verify',
    level: value.level,
    sample: value.sample === undefined ? undefined : { share: value.sample, above: value['sample-above'] },
    'show-keys': value['show-keys'],
    from,
    into,
    databases: value.databases ?? restored?.databases ?? [],
    rename,
    ...resolveUserChecks(value, from, before, references),
    complete: value.complete,
    ignore: value.ignore ?? [],
    as: value.as === undefined ? (restored?.as ?? {}) : Object.fromEntries(value.as.value),
  };
}
