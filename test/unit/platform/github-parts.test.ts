import { describe, expect, it } from 'vitest';
import { artifactUrl, repositoryOf } from '../../../src/platform/github-environment.ts';
import { annotationLimit, fitAnnotation, fitSummary } from '../../../src/platform/github-limits.ts';
import { maskableLines } from '../../../src/platform/masks.ts';

describe('the repository of a run', () => {
  it.each([
    ['a private one', { private: true, visibility: 'private' }, 'private'],
    ['one of an enterprise', { private: true, visibility: 'internal' }, 'private'],
    ['a public one', { private: false, visibility: 'public' }, 'public'],
    ['an older payload', { private: false }, 'public'],
    ['an older private payload', { private: true }, 'private'],
    ['a payload at odds with itself', { private: true, visibility: 'public' }, 'public'],
    ['a payload at odds the other way round', { private: false, visibility: 'private' }, 'public'],
    ['a payload that says nothing', {}, 'unknown'],
    ['values of the wrong type', { private: 'false', visibility: 1 }, 'unknown'],
  ])('%s', (_, repository, visibility) => {
    const event = JSON.stringify({ repository });
    expect(repositoryOf({ GITHUB_REPOSITORY: 'example/shop' }, event)?.visibility).toBe(visibility);
  });

  it.each([undefined, '', 'no JSON', 'null', '[]', '"text"'])('is of unknown visibility with the payload %j', event => {
    expect(repositoryOf({ GITHUB_REPOSITORY: 'example/shop' }, event)?.visibility).toBe('unknown');
  });

  it.each([
    ['30', 30],
    ['', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['many', undefined],
    [undefined, undefined],
  ])('keeps artifacts for %j days', (text, days) => {
    const environment = { GITHUB_REPOSITORY: 'example/shop', GITHUB_RETENTION_DAYS: text };
    expect(repositoryOf(environment, undefined)?.maximumRetentionDays).toBe(days);
  });

  it('is not known outside a run', () => {
    expect(repositoryOf({}, undefined)).toBeUndefined();
  });
});

describe('the address of an artifact', () => {
  it('is relative', () => {
    const environment = { GITHUB_REPOSITORY: 'example/shop', GITHUB_RUN_ID: '4711' };
    expect(artifactUrl(environment, '101')).toBe('/example/shop/actions/runs/4711/artifacts/101');
    expect(artifactUrl({ GITHUB_REPOSITORY: 'example/shop' }, '101')).toBeUndefined();
  });
});

describe('a summary', () => {
  it('stays as it is when it fits to the byte', () => {
    expect(fitSummary('ä\n', 3)).toBe('ä\n');
  });

  it('is cut to whole lines, with a note before them', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `größe ${index} 😀\n`).join('');
    for (let room = 150; room < 250; room += 1) {
      const cut = fitSummary(lines, room);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(room);
      expect(cut).toMatch(/^> This summary is cut.*\n\n(größe \d+ 😀\n)+$/u);
    }
  });

  it('is left out where not even the note fits', () => {
    expect(fitSummary('x'.repeat(100), 50)).toBe('');
  });
});

describe('an annotation', () => {
  it('is cut where GitHub would cut it without a word', () => {
    expect(fitAnnotation('x'.repeat(annotationLimit))).toHaveLength(annotationLimit);
    const cut = fitAnnotation('x'.repeat(annotationLimit + 1));
    expect(cut).toHaveLength(annotationLimit);
    expect(cut).toContain('the log has all of it');
  });
});

describe('lines to mask', () => {
  it('are those of a value that are long enough, none twice', () => {
    const lines = maskableLines('first line\r\nab\rthird line\n\n');
    expect(lines).toEqual(expect.arrayContaining(['first line', 'third line']));
    expect(lines).not.toContain('ab');
    expect(lines.filter(line => /[\r\n]/.test(line) || line.trim().length < 4)).toEqual([]);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('are none for what is too short', () => {
    expect(maskableLines('abc')).not.toContain('abc');
  });
});
