import { describe, expect, it } from 'vitest';
import { readFileCommands } from '../../support/file-commands.ts';
import { readRunnerLog } from '../../support/runner-log.ts';

describe('the model of the runner', () => {
  it('reads properties and data, with their escapes', () => {
    const { annotations, lines } = readRunnerLog('::error title=a%3Ab%2Cc,file=d,line=3::e%0Af %253A\nplain\n');
    expect(annotations).toEqual([{ level: 'error', title: 'a:b,c', message: 'e\nf %3A', file: 'd', line: 3 }]);
    expect(lines).toEqual(['plain']);
  });

  it('does nothing between a stop and its token, whatever its case', () => {
    const read = readRunnerLog('::stop-commands::Token\n::error::a\n##[add-mask]b\n::other::\n::TOKEN::\n::notice::c');
    expect(read.commands).toEqual([{ name: 'notice', properties: {}, data: 'c' }]);
    expect(read.lines).toEqual(['::error::a', '##[add-mask]b', '::other::']);
    expect(read.stopped).toBe(false);
  });

  it('knows that a stop was not lifted', () => {
    expect(readRunnerLog('::stop-commands::token\n::error::a').stopped).toBe(true);
  });

  it('shows what is no command', () => {
    const lines = ['::unknown::a', 'a ::error::b', "'1'::text::int", '##[unknown]a', '##[error', ':error::a'];
    expect(readRunnerLog(lines.join('\n'))).toMatchObject({ commands: [], lines });
  });
});

describe('file commands', () => {
  it('hold values of one line and of several', () => {
    expect(readFileCommands('a=b=c\nd<<END\ne\n\nf=g\nEND\nh<<X\nX\n')).toEqual({ a: 'b=c', d: 'e\n\nf=g', h: '' });
  });

  it.each(['a<<END\nb\n', 'a\n', 'a<<\nb\n'])('fail where the runner fails: %j', text => {
    expect(() => readFileCommands(text)).toThrow(/no name|has no end/);
  });
});
