import { expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { renderSummary, summaryLimit } from '../../../src/report/summary.ts';
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
  restored,
  unprovenReport,
  verify,
} from './reports.ts';

test('a run that passed', () => {
  expect(renderSummary(passedReport)).toBe(`\
## ✅ Passed

**app was dumped, restored and compared: every object and every row count agrees.**

Passed means proven: whatever this run dumped was restored, and every copy was compared and agrees.

### Databases

| database | tables | rows | large objects | dump size | dump time | restored as | restore time |
| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |
| \`app\` | 21 | 46,273 | 2 | 3.1 MB | 1.9 s | \`app_copy\` | 1.8 s |

### Proof

| copy | check | compared | differences | verdict | note |
| --- | --- | ---: | ---: | --- | --- |
| \`app\` → \`app_copy\` | objects | 166 | 0 | ✅ passed |  |
| \`app\` → \`app_copy\` | rows | 21 | 0 | ✅ passed |  |

### Published

| where | size | SHA-256 |
| --- | ---: | --- |
| [\`staging-dump\`](../../actions/runs/5/artifacts/7) | 3.2 MB | \`ab12\` |

### Connect to the restored databases

Passwords are not shown; set \`PGPASSWORD\` or use a password file.

| database | connection | command |
| --- | --- | --- |
| \`app_copy\` | \`scratch\` | \`psql 'postgresql://postgres@localhost:5432/app_copy'\` |

<details><summary>Steps, versions and times</summary>

| step | status | time | when |
| --- | --- | ---: | --- |
| – preparation |  | 500 ms | \`███···························\` |
| dump from staging | ✅ succeeded | 1.3 s | \`···███████····················\` |
| – app |  | 1.9 s | \`···██████████·················\` |
| restore into scratch | ✅ succeeded | 1.3 s | \`··········██████··············\` |
| – app_copy: pre-data |  | 210 ms | \`··········█···················\` |
| – app_copy: data |  | 1.0 s | \`···········█████··············\` |
| – app_copy: post-data |  | 500 ms | \`················███···········\` |
| verify at level counts | ✅ succeeded | 1.3 s | \`················███████·······\` |
| publish | ✅ succeeded | 1.3 s | \`·······················███████\` |

- dump from staging: server 15.18, client 15.18, dump set \`dumps/staging\`
- dump of \`app\`: custom format, snapshot \`00000003-0000001B-1\`
- restore into scratch: client 15.18, roles created: \`reader\`

</details>

<sub>pg-roundtrip 0.1.0 · 5.5 s · report.json has everything</sub>
`);
});

test('an unproven run says in plain words what nobody has checked', () => {
  const text = renderSummary(unprovenReport);
  expect(text.slice(0, text.indexOf('### Proof'))).toBe(`\
## ⚠️ Unproven

**billing was dumped but not restored.**

Unproven means: every step succeeded, but something was dumped, restored or published that nobody has compared. It may be whole; add \`restore\` and \`verify\` steps to know.

### Databases

| database | tables | rows | large objects | dump size | dump time | restored as | restore time |
| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |
| \`app\` | 21 | 46,273 | 2 | 3.1 MB | 1.9 s | \`app_copy\` | 1.8 s |
| \`billing\` | 21 | 46,273 | 2 | 3.1 MB | 1.9 s | – | – |

`);
});

test('a failed run shows the problem first, then the proof and the differences', () => {
  const text = renderSummary(failedReport);
  expect(text.slice(0, text.indexOf('### Databases'))).toBe(`\
## ❌ Failed

**app_copy differs from app: 2 differences in objects.**

Failed means: a step did not succeed. Do not rely on what this run made until the problem is solved.

### 1 problem

- **PGR300** verify at level counts: app_copy differs from app in 2 places<br>→ see the differences; restore again, or ignore them with a reason

`);
  expect(text.slice(text.indexOf('### Proof'), text.indexOf('<details>'))).toBe(`\
### Proof

| copy | check | compared | differences | verdict | note |
| --- | --- | ---: | ---: | --- | --- |
| \`app\` → \`app_copy\` | objects | 166 | 2 | ❌ failed |  |
| \`app\` → \`app_copy\` | rows | 20 | 0 | ❌ could not verify | permission denied for table public.audit |
| \`app\` → \`app_copy\` | large objects | 0 | 0 | ➖ skipped | the dump leaves them out |

### Differences

- \`app_copy\`, objects: missing \`INDEX public.orders_day\`
- \`app_copy\`, objects: changed \`TABLE public.orders\`: owner expected \`shop\`, found \`postgres\`

`);
  expect(text).toContain('| publish | ➖ not run |  |');
});

test('a dump set from elsewhere: what is not known is a dash', () => {
  const text = renderSummary(report([restore([['shop', 'shop_copy']])]));
  expect(text).toContain('| `shop` | 21 | – | – | – | – | `shop_copy` | 1.8 s |');
});

test('notes and places in the declared file are shown', () => {
  const problems = [
    { code: 'PGR122', message: 'unknown key', remedy: 'write `format`', at: { file: 'a.yml', line: 4, column: 7 } },
  ] as const;
  const text = renderSummary(
    report([dump(undefined, undefined, { notes: ['sslmode is prefer', 'sslmode is prefer'], problems })]),
  );
  expect(text).toContain('### Good to know\n\n- dump from staging: sslmode is prefer\n\n');
  expect(text).toContain('- **PGR122** dump from staging in `a.yml:4:7`: unknown key<br>→ write &#96;format&#96;\n');
});

test('checks that did not pass come before the others', () => {
  const checks = [
    check('objects'),
    check('rows', { verdict: 'could-not-verify', note: 'x' }),
    check('sequences', { verdict: 'failed' }),
  ];
  const text = renderSummary(report([verify(undefined, checks)]));
  expect(Array.from(text.matchAll(/→ `app_copy` \| (\w+)/g), match => match[1])).toEqual([
    'rows',
    'sequences',
    'objects',
  ]);
});

test('a command to paste keeps its quotes closed', () => {
  const text = renderSummary(report([restore(), verify()], [{ ...restored, url: "postgresql://h/a'; true '" }]));
  expect(text).toContain(`<code>psql &#39;postgresql&#58;&#47;&#47;h&#47;a&#39;&#92;&#39;&#39;&#59; true`);
});

function hostileReport(name: string, rows: number): RunReport {
  const names = Array.from({ length: rows }, () => name);
  const copies = names.map(each => [each, each] as const);
  const findings = [
    ...missing(rows, name),
    ...names.map(each => ({ kind: 'changed', object: each, property: each, expected: each, actual: 'x' }) as const),
  ];
  const problem = { code: 'PGR300', message: name, remedy: name, at: { file: name, line: 1, column: 1 } } as const;
  const changes = { title: name, notes: names, problems: names.map(() => problem) };
  const database = { name, connection: name, host: name, port: 1, user: name, url: name };
  return report(
    [
      dump(names, name, changes),
      restore(copies, changes),
      verify(copies, [check(name, { verdict: 'failed', note: name, findings })], changes),
      publish(name, changes),
    ],
    names.map(() => database),
  );
}

test.each([hostileName, '::error::x', '</code></details>', '-->', '`` ` ``', '\\`', '[x](javascript:alert(1))'])(
  '%j is only a name',
  name => {
    const text = renderSummary(hostileReport(name, 1));
    // Taking away what the renderer itself writes must leave neither tags, nor markup, nor commands.
    const foreign = text
      .replaceAll('[`staging-dump`](../../actions/runs/5/artifacts/7)', '')
      .replace(/<\/?(?:code|sub|details|summary)>|<br>/g, '')
      .replace(/\*\*PGR300\*\*|^\*\*|\*\*$|`psql '[^`]*'`|`[^`\n]*`|^###? |&#\d+;/gm, '');
    expect(foreign).not.toMatch(/[<>`*[\]\\]|[^\P{Cc}\n]|::|&/u);
    expect(text.split('<code>').length).toBe(text.split('</code>').length);
    for (const table of text.matchAll(/(?:^\|.*\n)+/gm)) {
      const widths = table[0]
        .trimEnd()
        .split('\n')
        .map(line => line.split('|').length);
      expect(new Set(widths).size).toBe(1);
    }
  },
);

test('10,000 differences: 20 are shown, the rest is counted', () => {
  const text = renderSummary(
    report([verify(undefined, [check('objects', { verdict: 'failed', findings: missing(10_000) })])]),
  );
  expect(text.match(/missing/g)).toHaveLength(20);
  expect(text).toContain('- and 9,980 more in report.json\n');
  expect(text.length).toBeLessThan(10_000);
});

test('the worst report stays below what a runner takes, and is cut between rows', () => {
  const text = renderSummary(hostileReport(hostileName.repeat(50), 1000));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(summaryLimit);
  expect(summaryLimit).toBeLessThan(1024 * 1024);
  const rows = text.split('\n').filter(line => line.startsWith('|'));
  expect(rows.every(row => row.endsWith('|'))).toBe(true);
});

test('a smaller limit cuts sooner and says so', () => {
  const text = renderSummary(passedReport, 900);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(900);
  expect(text.endsWith('\n\n_The summary is cut here; report.json has everything._\n')).toBe(true);
});
