/** As much of JSON Schema, draft 2020-12, as the generated schema uses; an unknown keyword throws. */
type Schema = Readonly<Record<string, unknown>>;

const annotations = ['$schema', '$defs', 'title', 'description', 'default'];

type Check = (argument: never, value: unknown, schema: Schema, root: Schema) => boolean;

const checks: Readonly<Record<string, Check>> = {
  $ref: (reference: string, value, _schema, root) => accepts(definition(reference, root), value, root),
  type: (types: string | readonly string[], value) => [types].flat().some(type => hasType(type, value)),
  const: (expected: unknown, value) => value === expected,
  enum: (values: readonly unknown[], value) => values.includes(value),
  minimum: (least: number, value) => typeof value !== 'number' || value >= least,
  maximum: (most: number, value) => typeof value !== 'number' || value <= most,
  minLength: (least: number, value) => typeof value !== 'string' || value.length >= least,
  pattern: (pattern: string, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  items: (items: Schema, value, _schema, root) =>
    !Array.isArray(value) || value.every(item => accepts(items, item, root)),
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  minProperties: (least: number, value) => !isMap(value) || Object.keys(value).length >= least,
  maxProperties: (most: number, value) => !isMap(value) || Object.keys(value).length <= most,
  propertyNames: (names: Schema, value, _schema, root) =>
    !isMap(value) || Object.keys(value).every(name => accepts(names, name, root)),
  required: (names: readonly string[], value) => !isMap(value) || names.every(name => Object.hasOwn(value, name)),
  properties: (properties: Readonly<Record<string, Schema>>, value, _schema, root) =>
    !isMap(value) || Object.entries(value).every(([key, inner]) => accepts(properties[key] ?? true, inner, root)),
  additionalProperties: (others: Schema | false, value, schema, root) => {
    const known = Object.keys(isMap(schema['properties']) ? schema['properties'] : {});
    if (!isMap(value)) return true;
    return Object.entries(value).every(([key, inner]) => known.includes(key) || accepts(others, inner, root));
  },
  anyOf: (schemas: readonly Schema[], value, _schema, root) => schemas.some(each => accepts(each, value, root)),
  oneOf: (schemas: readonly Schema[], value, _schema, root) =>
    schemas.filter(each => accepts(each, value, root)).length === 1,
  allOf: (schemas: readonly Schema[], value, _schema, root) => schemas.every(each => accepts(each, value, root)),
  not: (schema: Schema, value, _schema, root) => !accepts(schema, value, root),
};

export function accepts(schema: Schema | boolean, value: unknown, root: Schema): boolean {
  if (typeof schema === 'boolean') return schema;
  return Object.entries(schema).every(([keyword, argument]) => {
    if (annotations.includes(keyword)) return true;
    const check = checks[keyword];
    if (check === undefined) throw new Error(`the checker does not know ${keyword}`);
    return check(argument as never, value, schema, root);
  });
}

function definition(reference: string, root: Schema): Schema {
  const definitions = root['$defs'];
  const found = isMap(definitions) ? definitions[reference.replace('#/$defs/', '')] : undefined;
  if (!isMap(found)) throw new Error(`there is no ${reference}`);
  return found;
}

function hasType(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isMap(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function isMap(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
