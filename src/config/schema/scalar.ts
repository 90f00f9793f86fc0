import type { ErrorCode } from '../../errors.ts';
import { nearest } from '../../postgres/connection/nearest.ts';
import { describe, type SourceScalar } from '../source/tree.ts';
import { type Decoded, type Json, type JsonSchema, type Kind, variable } from './kind.ts';

/** A kind whose values are scalars; `read` gives undefined for a scalar that is no such value. */
export interface ScalarKind<out Value> extends Kind<Value> {
  readonly read: (scalar: SourceScalar) => Decoded<Value>;
  /** The JSON Schema without the way out for variables. */
  readonly bare: JsonSchema;
  readonly code: ErrorCode;
}

export interface ScalarDefinition<Value> {
  readonly expects: string;
  readonly type: string;
  readonly schema: JsonSchema;
  readonly read: (scalar: SourceScalar) => Decoded<Value>;
  /** What a wrong value is reported as; PGR123 unless the catalogue has something closer. */
  readonly code?: ErrorCode;
}

export function scalar<Value>(definition: ScalarDefinition<Value>): ScalarKind<Value> {
  const { expects, type, schema: bare, read, code = 'PGR123' } = definition;
  return {
    expects,
    type,
    bare,
    code,
    read,
    schema: { anyOf: [...alternatives(bare), variable] },
    shape: { form: 'scalar' },
    decode: (node, path, { problems }) => {
      if (node.kind === 'broken') return undefined;
      const decoded = node.kind === 'scalar' ? read(node) : undefined;
      if (decoded !== undefined) return decoded;
      const isScalar = node.kind === 'scalar' && node.value !== null;
      problems.report(
        isScalar ? code : 'PGR123',
        node.origin,
        path,
        `expected ${expects}, found ${describe(node)}`,
        remedyFor(node.kind === 'scalar' ? node : undefined, expects, wordsOf(bare)),
      );
      return undefined;
    },
  };
}

function remedyFor(found: SourceScalar | undefined, expects: string, words: readonly string[]): string {
  if (found === undefined) return 'write a single value';
  if (found.value === null) return 'write a value after the colon, or remove the key';
  const { spelling } = found;
  const meant = nearest(spelling, words) ?? words.find(word => spelling.length > 1 && word.startsWith(spelling));
  if (meant !== undefined) return `write ${meant}`;
  if (/true or false/.test(expects) && /^(?:yes|on|no|off)$/i.test(spelling))
    return `write ${/^(?:yes|on)$/i.test(spelling)}`;
  if (/integer/.test(expects) && found.value === spelling && /^\d+$/.test(spelling))
    return `write a number in that range, without quotes`;
  const unquoted = typeof found.value !== 'string' && /text|name|pattern|path|reason/.test(expects);
  return unquoted ? 'put the value in quotes' : 'correct the value';
}

/** The words that a schema allows. */
function wordsOf(schema: JsonSchema): readonly string[] {
  const { enum: values } = schema;
  const parts = alternatives(schema) as readonly JsonSchema[];
  if (!Array.isArray(values)) return parts.length > 1 ? parts.flatMap(wordsOf) : [];
  return values.filter(value => typeof value === 'string');
}

function alternatives(schema: JsonSchema): readonly Json[] {
  const { anyOf } = schema;
  return Array.isArray(anyOf) ? (anyOf as readonly Json[]) : [schema];
}

/** The first kind that can read the scalar gives its value. */
export function either<Left, Right>(left: ScalarKind<Left>, right: ScalarKind<Right>): ScalarKind<Left | Right> {
  return scalar<Left | Right>({
    expects: `${left.expects} or ${right.expects}`,
    type: `${left.type} or ${right.type}`,
    schema: { anyOf: [...alternatives(left.bare), ...alternatives(right.bare)] },
    read: node => left.read(node) ?? right.read(node),
    code: right.code,
  });
}

/** The same scalars, with their values turned into others. */
export function mapScalar<From, To>(kind: ScalarKind<From>, turn: (value: From) => To): ScalarKind<To> {
  const read = (node: SourceScalar) => {
    const decoded = kind.read(node);
    return decoded && { value: turn(decoded.value) };
  };
  return scalar({ expects: kind.expects, type: kind.type, schema: kind.bare, read, code: kind.code });
}
