import { compareDebianVersions } from './debian-version.ts';

/** One comma-separated part of a relationship field: any of the alternatives will do. */
export type Dependency = readonly Alternative[];

export interface Alternative {
  readonly name: string;
  readonly constraint?: Constraint;
}

export interface Constraint {
  readonly operator: '<<' | '<=' | '=' | '>=' | '>>';
  readonly version: string;
}

/** Reads `Depends` and the like (deb-control(5)); the qualifier of an architecture, as in `perl:any`, is dropped. */
export function parseDependencies(field: string): readonly Dependency[] {
  return field
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => part.split('|').map(parseAlternative));
}

export function satisfies(version: string, { operator, version: bound }: Constraint): boolean {
  const order = compareDebianVersions(version, bound);
  switch (operator) {
    case '<<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
    case '>=':
      return order >= 0;
    case '>>':
      return order > 0;
  }
}

const operators: Readonly<Record<string, Constraint['operator']>> = {
  '<<': '<<',
  '<=': '<=',
  '=': '=',
  '>=': '>=',
  '>>': '>>',
};

function parseAlternative(text: string): Alternative {
  const match = /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\s*(?:\(\s*([<>=]+)\s*([^\s)]+)\s*\))?$/.exec(text.trim());
  const [, name, sign, version] = match ?? [];
  if (name === undefined) throw new Error(`unreadable dependency "${text.trim()}"`);
  if (sign === undefined || version === undefined) return { name };
  const operator = operators[sign];
  if (operator === undefined) throw new Error(`unknown operator in the dependency "${text.trim()}"`);
  return { name, constraint: { operator, version } };
}
