import type { ErrorCode } from '../../errors.ts';
import { isForeign, type SourceScalar } from '../source/tree.ts';
import { type ScalarKind, scalar } from './scalar.ts';

interface TextOptions {
  readonly type?: string;
  readonly expects?: string;
  /** What the whole text must match. */
  readonly pattern?: RegExp;
  readonly lines?: 'one' | 'many';
  readonly minimumLength?: number;
  readonly code?: ErrorCode;
}

/** Text that is not empty; without control characters unless it may have several lines. */
export function text(options: TextOptions = {}): ScalarKind<string> {
  const { lines = 'one', minimumLength = 1 } = options;
  const expects = options.expects ?? (lines === 'one' ? 'text in one line' : 'text');
  const pattern = options.pattern ?? (lines === 'one' ? /^[^\p{Cc}]*$/u : undefined);
  return scalar({
    expects,
    type: options.type ?? 'text',
    schema: { type: 'string', minLength: minimumLength, ...(pattern && { pattern: pattern.source }) },
    read: ({ value }) => {
      const fits = typeof value === 'string' && value.length >= minimumLength && pattern?.test(value) !== false;
      return fits ? { value } : undefined;
    },
    ...(options.code && { code: options.code }),
  });
}

/** Only decimal digits count: `1e3` and `0x10` are more likely slips than numbers. */
export function integer(minimum: number, maximum: number, code?: ErrorCode): ScalarKind<number> {
  return scalar({
    expects: `an integer from ${minimum} to ${maximum}`,
    type: `integer, ${minimum} to ${maximum}`,
    schema: { type: 'integer', minimum, maximum },
    read: node => {
      const value = digits(node);
      return value !== undefined && value >= minimum && value <= maximum ? { value } : undefined;
    },
    ...(code && { code }),
  });
}

export function boolean(): ScalarKind<boolean> {
  return scalar({
    expects: 'true or false',
    type: '`true`, `false`',
    schema: { type: 'boolean' },
    read: node => {
      if (typeof node.value === 'boolean') return { value: node.value };
      return isForeign(node) && /^(?:true|false)$/i.test(node.spelling)
        ? { value: node.spelling.toLowerCase() === 'true' }
        : undefined;
    },
  });
}

/** Only `true`: a key that is either said or left out. */
export function flag(): ScalarKind<true> {
  const { read } = boolean();
  return scalar({
    expects: 'true',
    type: '`true`',
    schema: { const: true },
    read: node => (read(node)?.value === true ? { value: true } : undefined),
  });
}

export function choice<const Value extends string>(values: readonly Value[], code?: ErrorCode): ScalarKind<Value> {
  return scalar({
    expects: values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`,
    type: values.map(value => `\`${value}\``).join(', '),
    schema: { enum: values },
    read: node => {
      const value = values.find(candidate => candidate === node.value);
      return value === undefined ? undefined : { value };
    },
    ...(code && { code }),
  });
}

const secondsIn = { s: 1, m: 60, h: 3600 } as const;
const longest = 7 * 24 * 3600;

/** Seconds, from `30s`, `2m`, `1h` or a bare number of seconds; at least one second, at most a week. */
export function duration(): ScalarKind<number> {
  return scalar({
    type: 'duration',
    expects: 'a duration such as 30s, 2m or 1h (at most 168h)',
    schema: {
      anyOf: [
        { type: 'integer', minimum: 1, maximum: longest },
        { type: 'string', pattern: '^0*[1-9][0-9]{0,5}[smh]$' },
      ],
    },
    read: node => {
      const unit = /^[0-9]+(?<unit>[smh])$/.exec(typeof node.value === 'string' ? node.value : '')?.groups?.['unit'];
      const count = unit === undefined ? digits(node) : Number.parseInt(node.spelling, 10);
      const value = (count ?? 0) * secondsIn[(unit ?? 's') as keyof typeof secondsIn];
      return value >= 1 && value <= longest ? { value } : undefined;
    },
  });
}

const bytesIn = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/** Bytes, from `500MB`, `20GB` or `1TB`; units are powers of 1000. */
export function size(): ScalarKind<number> {
  const pattern = /^(?<count>[1-9][0-9]{0,5})(?<unit>kB|MB|GB|TB)$/;
  return scalar({
    type: 'size, such as `20GB`',
    expects: 'a size such as 500MB or 20GB',
    schema: { type: 'string', pattern: '^[1-9][0-9]{0,5}(kB|MB|GB|TB)$' },
    read: node => {
      const { count, unit } = pattern.exec(typeof node.value === 'string' ? node.value : '')?.groups ?? {};
      if (count === undefined || unit === undefined) return undefined;
      return { value: Number(count) * bytesIn[unit as keyof typeof bytesIn] };
    },
  });
}

/** A share between nothing and all, from `10%` or `0.5%`: more than 0, less than 1. */
export function share(): ScalarKind<number> {
  const pattern = /^(?=.*[1-9])[0-9]{1,2}(?:\.[0-9]{1,3})?%$/;
  return scalar({
    type: 'share, such as `10%`',
    expects: 'a share such as 10% or 0.5%, less than 100%',
    schema: { type: 'string', pattern: pattern.source },
    read: node => {
      const text = typeof node.value === 'string' ? node.value : '';
      return pattern.test(text) ? { value: Number(text.slice(0, -1)) / 100 } : undefined;
    },
  });
}

function digits(node: SourceScalar): number | undefined {
  const numeric = typeof node.value === 'number' || isForeign(node);
  return numeric && /^[-+]?[0-9]+$/.test(node.spelling) ? Number(node.spelling) : undefined;
}
