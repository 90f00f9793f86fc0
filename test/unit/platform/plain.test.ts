import { describe, expect, it } from 'vitest';
import { plainPlatform } from '../../../src/platform/plain.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';
import { readRunnerLog } from '../../support/runner-log.ts';

function plain(options: { readonly interactive?: boolean; readonly columns?: number } = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const platform = plainPlatform({
    stdout: { write: text => out.push(text), columns: options.columns },
    stderr: { write: text => err.push(text) },
    workspace: '/srv',
    temporary: '/temporary',
    interactive: options.interactive ?? false,
  });
  return { platform, out: () => out.join(''), err: () => err.join('') };
}

describe('the plain platform', () => {
  it('prints our own and foreign lines as they are', () => {
    const { platform, out } = plain();
    platform.info('one\ntwo');
    platform.foreign(["pg_dump: error: '1'::text", 'three']);
    platform.foreign([]);
    expect(out()).toBe("one\ntwo\npg_dump: error: '1'::text\nthree\n");
  });

  it('hides masked values in everything', async () => {
    const { platform, out, err } = plain({ interactive: true });
    platform.mask('correct horse');
    platform.info('a correct horse');
    platform.foreign(['b correct horse']);
    platform.transient('c correct horse');
    platform.annotate('error', 'correct horse', 'correct horse');
    await platform.group('correct horse', () => Promise.resolve());
    expect(out() + err()).not.toContain('correct horse');
    expect(out()).toContain('a ***');
  });

  it('puts a heading over a group and hands on what the body gives', async () => {
    const { platform, out } = plain();
    const result = await platform.group('dump', () => platform.group('app', () => Promise.resolve(7)));
    expect(result).toBe(7);
    expect(out()).toBe('== dump\n  == app\n');
  });

  it('hands on what the body of a group throws, and is back at the margin', async () => {
    const { platform, out } = plain({ interactive: true });
    await expect(platform.group('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await platform.group('b', () => Promise.resolve());
    expect(out()).toBe('▸ a\n▸ b\n');
  });

  it('replaces a transient line by the next one, and by whatever is printed after it', () => {
    const { platform, out, err } = plain({ interactive: true });
    platform.transient('10 %');
    platform.transient('20 %');
    platform.annotate('warning', 'slow', 'very');
    platform.info('done');
    expect(out()).toBe('\r\x1b[2K10 %\r\x1b[2K20 %\r\x1b[2Kdone\n');
    expect(err()).toBe('warning: slow: very\n');
  });

  it('shows no transient line where lines cannot be replaced', () => {
    const { platform, out } = plain();
    platform.transient('10 %');
    expect(out()).toBe('');
  });

  it('keeps a transient line on one line of the terminal', () => {
    const { platform, out } = plain({ interactive: true, columns: 10 });
    platform.transient('0123456789\nabc');
    expect(out()).toBe('\r\x1b[2K012345678');
  });

  it('says where an annotation belongs, errors and warnings on stderr', () => {
    const { platform, out, err } = plain();
    platform.annotate('error', 'unknown key', 'did you mean jobs?', { file: 'trip.yml', line: 3, column: 5 });
    platform.annotate('notice', '', 'all is well');
    expect(err()).toBe('error: trip.yml:3:5: unknown key: did you mean jobs?\n');
    expect(out()).toBe('notice: all is well\n');
  });

  it('has no artifacts, and says what to do instead', async () => {
    await expect(plain().platform.artifacts()).rejects.toMatchObject({
      problems: [{ code: 'PGR134', remedy: expect.stringContaining('publish to a folder') }],
    });
  });

  it.each(hostileTexts)('cannot be made to act by %j', async text => {
    const { platform, out, err } = plain();
    platform.info(text);
    platform.foreign([text]);
    platform.annotate('error', text, text, { file: text, line: 1, column: 1 });
    await platform.group(text, () => Promise.resolve());
    expect(readRunnerLog(out() + err())).toMatchObject({ commands: [], stopped: false });
  });
});
