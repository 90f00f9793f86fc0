import { connection, unreachable } from './connection.ts';
import type { Diagnosis } from './model.ts';
import { extensions, prerequisites } from './prerequisites.ts';
import { privileges, superuserOnly } from './privileges.ts';
import { damage, resources, unreadable } from './resources.ts';
import { databases, defects, targetState } from './target-state.ts';
import { encodings, usage } from './usage.ts';
import { versions } from './versions.ts';

/** Every cause that is known. The first that fits a message is its cause, so the special ones stand before the general. */
export const diagnoses: readonly Diagnosis[] = [
  ...versions,
  ...extensions,
  ...databases,
  ...connection,
  ...resources,
  ...privileges,
  ...superuserOnly,
  ...defects,
  ...targetState,
  ...prerequisites,
  ...damage,
  ...encodings,
  ...usage,
  ...unreadable,
  ...unreachable,
];
