import type { ErrorCode } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import type { Origin, Piece } from '../source/tree.ts';
import { type Kind, variable } from './kind.ts';

/** A secret and what is known of its origin. Its text is only in `secret` and in the closures. */
export interface SecretText {
  readonly secret: Secret;
  readonly origin: Origin;
  /** The text with `stand-in` for everything that was not typed into the file; undefined when nothing was typed. */
  readonly typed: (standIn: string) => string | undefined;
}

const forks = 'set the variable or secret; in a workflow started from a fork, secrets are absent';

/** Text that must never be shown, not even in a message about it. A control character in it is reported as `code`. */
export function secretText(code: ErrorCode, lines: 'one' | 'many' = 'one'): Kind<SecretText> {
  const pattern = lines === 'one' ? /^[^\p{Cc}]*$/u : /^(?:[^\p{Cc}]|[\t\n\r])*$/u;
  const expects = lines === 'one' ? 'text in one line' : 'text';
  return {
    expects,
    type: 'secret text',
    schema: { anyOf: [{ type: 'string', minLength: 1, pattern: pattern.source }, variable] },
    shape: { form: 'scalar' },
    decode: (node, path, { problems }) => {
      if (node.kind === 'broken') return undefined;
      if (node.kind !== 'scalar' || typeof node.value !== 'string') {
        const found = node.kind === 'scalar' ? (node.value === null ? 'nothing' : 'no text') : `a ${node.kind}`;
        problems.report(
          'PGR123',
          node.origin,
          path,
          `expected ${expects}, found ${found}`,
          'write "${NAME}", and set NAME',
        );
        return undefined;
      }
      if (node.value === '') {
        problems.report('PGR110', node.origin, path, 'the value is empty', forks);
        return undefined;
      }
      if (!pattern.test(node.value)) {
        const remedy = 'check the variable for a line break at its end';
        problems.report(code, node.origin, path, 'the value contains a control character', remedy);
        return undefined;
      }
      return { value: inspectable(node.value, node.origin, node.pieces) };
    },
  };
}

function inspectable(value: string, origin: Origin, pieces: readonly Piece[]): SecretText {
  return {
    secret: new Secret(value),
    origin,
    typed: standIn =>
      pieces.every(piece => piece.foreign)
        ? undefined
        : pieces.map(({ text, foreign }) => (foreign ? standIn : text)).join(''),
  };
}
