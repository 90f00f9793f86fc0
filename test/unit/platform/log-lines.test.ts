import { describe, expect, it } from 'vitest';
import { defused, logLines, looksLikeCommand, withCommandsStopped } from '../../../src/platform/log-lines.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';
import { readRunnerLog } from '../../support/runner-log.ts';

describe('lines for a log', () => {
  it.each([
    ['line ends of every kind', 'a\nb\r\nc\rd', ['a', 'b', 'c', 'd']],
    ['colours', '\x1b[31mred\x1b[0m', ['\x1b[31mred\x1b[0m']],
    ['a colour after a bell', '\x07[31m', ['\\x07[31m']],
    ['tabs', 'a\tb', ['a\tb']],
    ['a cleared screen', '\x1b[2Jgone', ['\\x1b[2Jgone']],
    ['a window title', '\x1b]0;title\x07', ['\\x1b]0;title\\x07']],
    ['one-byte control sequences', '\u009b2J', ['\\x9b2J']],
    ['text that runs backwards', 'a\u202eb', ['a\\u202eb']],
    ['letters of all scripts', 'größe 表 😀', ['größe 表 😀']],
  ])('show %s', (_, text, expected) => {
    expect(logLines(text)).toEqual(expected);
  });
});

describe.each(hostileTexts)('the text %j', text => {
  it('acts when it is printed as it is', () => {
    expect(actions(text)).not.toEqual([]);
  });

  it('is known to act', () => {
    expect(text.split(/[\r\n]+/).some(looksLikeCommand)).toBe(true);
  });

  it('does not act when it is defused', () => {
    expect(actions(logLines(text).map(defused).join('\n'))).toEqual([]);
  });

  it('does not act between stopped commands, and commands work again afterwards', () => {
    expect(actions(withCommandsStopped(logLines(text)))).toEqual([]);
    expect(actions(`${withCommandsStopped(logLines(text))}\n::notice::hello`)).toEqual(['notice']);
  });
});

describe('harmless lines', () => {
  it.each(["select '1'::text", 'listening on ::1', 'a ## heading', '## [not a command]', '', 'std::vector::at'])(
    '%j stays as it is',
    line => {
      expect(looksLikeCommand(line)).toBe(false);
      expect(defused(line)).toBe(line);
    },
  );

  it.each([
    ['##vso[task.setvariable variable=a]b', '##vso\\[task.setvariable variable=a]b'],
    ["x ##teamcity[buildStop comment='y']", "x ##teamcity\\[buildStop comment='y']"],
  ])('commands of other CIs are defused: %s', (line, expected) => {
    expect(defused(line)).toBe(expected);
  });

  it('a new token is taken each time', () => {
    expect(withCommandsStopped(['a'])).not.toBe(withCommandsStopped(['a']));
  });
});

/** The commands that take effect, a stop that is never lifted among them. */
function actions(text: string): readonly string[] {
  const { commands, stopped } = readRunnerLog(text);
  return [...commands.map(command => command.name), ...(stopped ? ['stop-commands'] : [])];
}
