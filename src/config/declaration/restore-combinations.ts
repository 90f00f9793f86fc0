import { type Combination, type Condition, given, moreThan, oneOf } from '../schema/combinations.ts';

const map: Condition = value => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTablespaceMap: Condition = value => value instanceof Map;
const filled: Condition = value => map(value) && Object.values(value as object).some(given);
const notRowsAlone: Condition = value => !(Array.isArray(value) && value.length === 1 && value[0] === 'data');

const lacksDefinitions: Condition = value => Array.isArray(value) && !value.includes('pre-data');

/** Keys of `restore` that do not go together. */
export const restoreKeyCombinations: readonly Combination[] = [
  {
    of: { jobs: map, phases: oneOf('together') },
    why: 'each section can only have jobs of its own when it is restored on its own',
    instead: 'write phases: separate',
  },
  {
    of: { clean: given, section: lacksDefinitions },
    why: 'what is dropped would not be made again without its definitions',
    instead: 'add pre-data to section, or write into-existing',
  },
  {
    of: { rename: given, clean: given },
    why: 'what is dropped has the old names',
    instead: 'remove clean, or restore without rename',
  },
  {
    of: { rename: given, section: lacksDefinitions },
    why: 'a schema gets its new name when it is made, which is in pre-data',
    instead: 'add pre-data to section',
  },
  {
    of: { 'single-transaction': oneOf(true), jobs: moreThan(1) },
    why: 'one transaction has one session, and so one job',
    instead: 'write jobs: 1, or remove single-transaction',
  },
  {
    of: { 'single-transaction': oneOf(true), phases: oneOf('separate') },
    why: 'each phase is a run of pg_restore, and so a transaction of its own',
    instead: 'write phases: together, or remove single-transaction',
  },
  {
    of: { 'single-transaction': oneOf(true), defer: filled },
    why: 'what is deferred is made by a run of pg_restore of its own',
    instead: 'remove defer, or single-transaction',
  },
  {
    of: { 'single-transaction': oneOf(true), tablespaces: isTablespaceMap },
    why: 'tablespaces are mapped in separate phases, each a transaction of its own',
    instead: 'write tablespaces: drop, or remove single-transaction',
  },
  {
    of: { 'disable-triggers': oneOf(true), section: notRowsAlone },
    why: 'pg_restore disables triggers only where rows alone are restored',
    instead: 'write section: data, or remove disable-triggers',
  },
];
