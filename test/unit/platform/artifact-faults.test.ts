import { describe, expect, it } from 'vitest';
import { artifactName, checkRetention } from '../../../src/platform/artifact-checks.ts';
import { artifactFault, checkArtifactService } from '../../../src/platform/artifact-faults.ts';

describe('an artifact name', () => {
  it.each(['app.dump', 'app copy.tar', 'größe-表.dump', 'a#b[c].dump', '.hidden'])('may be %j', name => {
    expect(artifactName(`/some/folder/${name}`)).toBe(name);
  });

  it.each([
    ...['"', ':', '<', '>', '|', '*', '?', '\\', '\r', '\n', '\t', '\x1b', '\x7f'].map(sign => `a${sign}b.dump`),
    '##[add-mask]x.dump',
    'app.zip',
    'APP.ZIP',
  ])('may not be %j', name => {
    expect(() => artifactName(`/some/folder/${name}`)).toThrow(expect.objectContaining({ code: 'PGR132' }));
  });
});

describe('a retention', () => {
  it.each([
    [undefined, 7],
    [7, 7],
    [8, undefined],
  ])('of %j days is allowed where the limit is %j', (days, maximum) => {
    expect(() => checkRetention(days, maximum)).not.toThrow();
  });

  it('above the limit is refused, not cut', () => {
    expect(() => checkRetention(8, 7)).toThrow(expect.objectContaining({ code: 'PGR133' }));
  });
});

function restError(fields: object): Error {
  return Object.assign(new Error(''), { name: 'RestError' }, fields);
}

describe('what the client throws', () => {
  it.each([
    ['a blob store without words', restError({ statusCode: 403, code: 'AuthorizationFailure' }), /status 403, Auth/],
    ['a blob store with a status only', restError({ statusCode: 412 }), /not published: status 412$/],
    ['an error with neither', restError({}), /not published: RestError$/],
    ['a stall', new Error('Upload progress stalled.'), /no progress/],
    ['no JSON', new Error('Failed to make request after 5 attempts: Unexpected token'), /did not answer properly/],
    ['a kind of file', new Error('(400) Bad Request: mime_type a valid mime_type is required'), /files of this kind/],
    ['several lines', new Error('first line\nsecond line'), /not published: first line$/],
    ['something that is no error', 'out of luck', /not published: out of luck$/],
  ])('is said plainly: %s', (_, error, message) => {
    const { problems } = artifactFault('app.dump', error);
    expect(problems[0]).toMatchObject({ code: 'PGR230', message: expect.stringMatching(message) });
    expect(problems[0].remedy).not.toBe('');
  });

  it('never shows the signature of an address', () => {
    const error = new Error('no answer from https://store.example/a/b?sv=1&sig=abc%2Bdef at all');
    expect(artifactFault('app.dump', error).message).toContain('https://store.example/a/b at all');
  });
});

describe('the artifact service', () => {
  const job = { ACTIONS_RUNTIME_TOKEN: 'token', ACTIONS_RESULTS_URL: 'https://results.example/' };

  it.each([undefined, '', 'https://github.com', 'https://GitHub.com', 'https://shop.ghe.com', 'http://git.localhost'])(
    'is there when the server is %j',
    server => {
      expect(() => checkArtifactService({ ...job, GITHUB_SERVER_URL: server })).not.toThrow();
    },
  );

  it.each([
    { ...job, GITHUB_SERVER_URL: 'https://git.example' },
    { ...job, GITHUB_SERVER_URL: 'https://notgithub.com' },
    { ...job, GITHUB_SERVER_URL: 'no address' },
    { ...job, ACTIONS_RUNTIME_TOKEN: '' },
    { ACTIONS_RUNTIME_TOKEN: 'token' },
  ])('is missing with %j', environment => {
    expect(() => checkArtifactService(environment)).toThrow(expect.objectContaining({ code: 'PGR230' }));
  });
});
