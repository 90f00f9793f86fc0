import { inspect } from 'node:util';

const hidden = '***';

/**
 * A value that must not be seen. However it is printed (template, JSON, inspect, concatenation) it says `***`;
 * only the code that hands it to a server or writes a passfile calls `reveal`.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}

/**
 * Every written form in which a secret could turn up in a log: raw, percent-encoded (both spellings), in a passfile,
 * in a conninfo, in an SQL literal, in JSON and base64. Forms of fewer than four characters are left out, as hiding
 * them would hide half of the log.
 */
export function writtenForms(value: string): readonly string[] {
  const percent = encodeURIComponent(value);
  const strict = percent.replace(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase());
  const forms = [
    value,
    percent,
    strict,
    lower(percent),
    lower(strict),
    value.replace(/[\\:]/g, sign => `\\${sign}`),
    value.replace(/[\\']/g, sign => `\\${sign}`),
    value.replaceAll("'", "''"),
    value.replaceAll("'", `'\\''`),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('base64'),
  ];
  return [...new Set(forms.flatMap(form => [form, ...form.split(/\r?\n/)]))].filter(form => form.trim().length >= 4);
}
