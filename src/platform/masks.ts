import { writtenForms } from '../secret.ts';

/**
 * What to register with a runner that masks each line of a value on its own: every written form, line by line, without
 * lines of fewer than four characters, as masking those would mask half of the log (actions/runner, AddMaskCommand).
 */
export function maskableLines(value: string): readonly string[] {
  const lines = writtenForms(value).flatMap(form => form.split(/[\r\n]+/));
  return [...new Set(lines)].filter(line => line.trim().length >= 4);
}
