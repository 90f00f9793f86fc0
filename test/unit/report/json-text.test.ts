import { expect, test } from 'vitest';
import { plainPlatform } from '../../../src/platform/plain.ts';
import { jsonText } from '../../../src/report/json-text.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';

test.each([...hostileTexts, '\u007f\u0085', '\u202egpj', 'a\u200b🐘\u{e0041}', '###vso[x]##[y]', '\ud800'])(
  '%j is still JSON when a log has shown it',
  text => {
    let shown = '';
    const stdout = { write: (piece: string) => (shown += piece) };
    const log = plainPlatform({ stdout, stderr: stdout, workspace: '', temporary: '', interactive: false });
    log.info(jsonText({ [text]: text }));
    expect(JSON.parse(shown)).toEqual({ [text]: text });
    expect(shown).not.toMatch(/^\s*::|##\w*\[/m);
  },
);

test('what is not known is null', () => {
  expect(JSON.parse(jsonText({ a: undefined, b: [undefined, 1] }))).toEqual({ a: null, b: [null, 1] });
});
