import { expect, test } from 'vitest';
import { renderClosing, stepBlock } from '../../../src/report/log.ts';
import {
  check,
  dump,
  failedReport,
  hostileName,
  missing,
  passedReport,
  publish,
  report,
  restore,
  step,
  verify,
} from './reports.ts';

test('a run that passed: each step as a block, the closing without them', () => {
  expect(passedReport.steps.map(one => stepBlock(one).join('\n')).join('\n\n')).toBe(`\
✓ dump from staging · 1.3 s
    server 15.18, client 15.18
    into dumps/staging
    database  format  tables    rows  large objects   source    dump   time
    app       custom      21  46,273              2  12.4 MB  3.1 MB  1.9 s

✓ restore into scratch · 1.3 s
    client 15.18
    database  copy      tables  phases
    app       app_copy      21  pre-data 210 ms, data 1.0 s, post-data 500 ms
    roles created: reader

✓ verify at level counts · 1.3 s
    database  copy      check    compared  differences  verdict
    app       app_copy  objects       166            0  passed
                        rows           21            0  passed

✓ publish · 1.3 s
    3.2 MB to artifact staging-dump
    sha256 ab12`);
  expect(renderClosing(passedReport)).toBe(`\
✓ PASSED in 5.5 s · app was dumped, restored and compared: every object and every row count agrees.

1 database left in place
    name      how to connect (without password)              connection
    app_copy  postgresql://postgres@localhost:5432/app_copy  scratch`);
});

test('a run that failed: differences, problems with their way out, what was not run', () => {
  const text = renderClosing(failedReport);
  expect(text.slice(0, text.indexOf('\n'))).toBe(
    '✗ FAILED in 5.5 s · app_copy differs from app: 2 differences in objects.',
  );
  expect(text.slice(text.indexOf('✗ verify'))).toBe(`\
✗ verify at level counts · 1.3 s
    database  copy      check          compared  differences  verdict
    app       app_copy  objects             166            2  failed
                        rows                 20            0  could not verify  permission denied for table public.audit
                        large objects         0            0  skipped           the dump leaves them out
    - missing INDEX public.orders_day
    - changed TABLE public.orders
        owner expected: shop
        owner found:    postgres
    PGR300 app_copy differs from app in 2 places
           → see the differences; restore again, or ignore them with a reason

○ publish · not run`);
});

test('notes, places in the file and messages of several lines keep their indentation', () => {
  const problem = {
    code: 'PGR122',
    message: 'unknown key "form"\nDETAIL: did you mean "format"?',
    remedy: 'write `format`',
    at: { file: 'roundtrip.yml', line: 4, column: 7 },
  } as const;
  expect(stepBlock(step('sql on scratch', { kind: 'sql' }, { notes: ['first\nsecond'], problems: [problem] }))).toEqual(
    [
      '✓ sql on scratch · 1.3 s',
      '    note: first',
      '          second',
      '    PGR122 unknown key "form"',
      '           DETAIL: did you mean "format"?',
      '           in roundtrip.yml:4:7',
      '           → write `format`',
    ],
  );
});

test('differences name their copy when there are several', () => {
  const copies = [
    ['a', 'a1'],
    ['b', 'b1'],
  ] as const;
  const lines = stepBlock(verify(copies, [check('objects', { verdict: 'failed', findings: missing(1) })]));
  expect(lines.slice(-2)).toEqual(['    - a1: missing TABLE public.t0', '    - b1: missing TABLE public.t0']);
});

test('differences of all copies together are at most 20', () => {
  const copies = [
    ['a', 'a1'],
    ['b', 'b1'],
  ] as const;
  const lines = stepBlock(verify(copies, [check('objects', { verdict: 'failed', findings: missing(15) })]));
  expect(lines.slice(-2)).toEqual(['    - b1: missing TABLE public.t4', '    - and 10 more in report.json']);
});

test('10,000 differences stay readable', () => {
  const lines = stepBlock(verify(undefined, [check('objects', { verdict: 'failed', findings: missing(10_000) })]));
  expect(lines.filter(line => line.includes('missing'))).toHaveLength(20);
  expect(lines.at(-1)).toBe('    - and 9,980 more in report.json');
});

test.each([hostileName, '::error::x', '##[error]x', '\n::error::x', '\u001b[2J'])('%j is only a name', name => {
  const checks = [
    check(name, {
      verdict: 'failed',
      note: name,
      findings: [...missing(1, name), { kind: 'changed', object: name, property: name, expected: name, actual: 'x' }],
    }),
  ];
  const changes = { title: name, notes: [name], problems: [{ code: 'PGR300', message: name, remedy: name }] } as const;
  const database = { name, connection: name, host: name, port: 1, user: name, url: name };
  const text = renderClosing(
    report(
      [
        dump([name], name, changes),
        restore([[name, name]], changes),
        verify([[name, name]], checks, changes),
        publish(name, changes),
      ],
      [database],
    ),
  );
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  expect(text).not.toMatch(/^\s*::/m);
  expect(text).not.toMatch(/##\w*\[/);
});
