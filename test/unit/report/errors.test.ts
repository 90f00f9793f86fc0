import { expect, test } from 'vitest';
import type { Problem } from '../../../src/errors.ts';
import { errorsOf } from '../../../src/report/errors.ts';
import { renderJson } from '../../../src/report/json.ts';
import { renderClosing } from '../../../src/report/log.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { hostileName, report, restore } from './reports.ts';

const plain: Problem = { code: 'PGR202', message: 'database "x" does not exist', remedy: 'check the name' };
const diagnosed: Problem = {
  code: 'PGR164',
  message: 'pg_restore: role "r" does not exist on the target (and 313 errors that follow from it)',
  remedy: 'make the role:\n`CREATE ROLE "r" NOLOGIN;`',
  diagnosis: {
    kind: 'role-missing',
    class: 'fixable',
    object: 'TABLE app.users',
    follow: 313,
    said: 'pg_restore: error: could not execute query: ERROR:  role "r" does not exist\nCommand was: ALTER TABLE app.users OWNER TO r;',
  },
};
const failed = (...problems: readonly Problem[]) =>
  report([restore(undefined, { status: 'failed', problems, result: undefined })]);

test('programs get one list, with null for what is not known', () => {
  expect(JSON.parse(renderJson(failed(plain, diagnosed)))).toMatchObject({
    errors: [
      {
        step: 'restore into scratch',
        class: null,
        code: 'PGR202',
        kind: null,
        object: null,
        message: 'database "x" does not exist',
        fix: 'check the name',
        follow: 0,
        said: null,
      },
      { class: 'fixable', code: 'PGR164', kind: 'role-missing', object: 'TABLE app.users', follow: 313 },
    ],
  });
  expect(errorsOf([])).toEqual([]);
});

test('a log has the cause, the way out, the object and the first message', () => {
  const text = renderClosing(failed(diagnosed));
  expect(text.slice(text.indexOf('    PGR164'))).toBe(`\
    PGR164 pg_restore: role "r" does not exist on the target (and 313 errors that follow from it)
           → make the role:
             \`CREATE ROLE "r" NOLOGIN;\`
           object: TABLE app.users
           | pg_restore: error: could not execute query: ERROR:  role "r" does not exist
           | Command was: ALTER TABLE app.users OWNER TO r;`);
});

test('a summary has them in one item, the message folded', () => {
  const text = renderSummary(failed(diagnosed));
  const item = text.split('\n').find(line => line.startsWith('- **PGR164**'));
  expect(item).toMatch(/→ make the role&#58;<br>&#96;CREATE ROLE/);
  expect(item).toMatch(/<br>object: `TABLE app\.users`<details><summary>as the tool said it<\/summary>/);
  expect(item).toMatch(/<br><code>.*<\/code><\/details>$|<br>`.*`<\/details>$/);
});

test('no text of a tool can act, in a log or in a summary', () => {
  const said = `${hostileName}\n::error::x\n##[error]y\n</details>\n<script>\n| a |\n\`\`\`\n${'x'.repeat(5_000)}\n${'line\n'.repeat(100)}`;
  const { diagnosis } = diagnosed;
  const hostile = failed({
    ...diagnosed,
    ...(diagnosis && { diagnosis: { ...diagnosis, object: hostileName, said } }),
  });
  const [log, summary] = [renderClosing(hostile), renderSummary(hostile)];
  expect(log).not.toMatch(/^\s*::|##\[/m);
  expect(log.split('\n').length).toBeLessThan(40);
  expect(Math.max(...log.split('\n').map(line => line.length))).toBeLessThan(400);
  expect(summary).not.toMatch(/^\s*::|##\[|<script|```/m);
  expect(summary.match(/<\/details>/g)).toHaveLength(2);
});
