import { describe, expect, test } from 'vitest';
import { compareObjects } from '../../../src/verify/compare-objects.ts';
import { entry, everything } from './toc-fixtures.ts';

const grants = (definition: string, tag = 'TABLE t', owner = 'alice') => entry('ACL', tag, definition, { owner });
const nothing: readonly [] = [];

const differences = (dumped: string, copied: string, tag?: string) =>
  compareObjects([grants(dumped, tag)], copied === '' ? nothing : [grants(copied, tag, 'bob "b"')], {
    ...everything,
    owners: { role: 'bob "b"' },
  }).findings;

const bob = '"bob ""b"""';
const other = 'GRANT SELECT ON TABLE app.t TO carol;\n';

describe('where everything belongs to bob, grants of what was alice’s', () => {
  test.each<[string, string, string]>([
    ['revoked from alice', `REVOKE ALL ON TABLE app.t FROM alice;\n${other}`, other],
    [
      'revoked in part',
      `REVOKE ALL ON TABLE app.t FROM alice;\nGRANT SELECT ON TABLE app.t TO alice;\n${other}`,
      `GRANT SELECT ON TABLE app.t TO alice;\n${other}`,
    ],
    [
      'revoked one by one, as from 17 on',
      `REVOKE SELECT,INSERT,REFERENCES,DELETE,TRIGGER,TRUNCATE,UPDATE ON TABLE app.t FROM alice;\nGRANT SELECT ON TABLE app.t TO alice;\n`,
      'GRANT SELECT ON TABLE app.t TO alice;\n',
    ],
    ['granted to bob', `GRANT SELECT,UPDATE ON TABLE app.t TO ${bob} WITH GRANT OPTION;\n${other}`, other],
    ['granted to nobody else', `GRANT SELECT ON TABLE app.t TO ${bob};\n`, ''],
  ])('%s', (_, dumped, copied) => {
    expect(differences(dumped, copied)).toEqual([]);
  });

  test.each<[string, string, string, string?]>([
    ['to others must be there', `REVOKE ALL ON TABLE app.t FROM alice;\n${other}`, ''],
    ['to alice must be there', 'GRANT SELECT ON TABLE app.t TO alice;\n', ''],
    ['revoked from all must be', 'REVOKE ALL ON TABLE app.t FROM PUBLIC;\n', ''],
    ['on columns show', `GRANT SELECT(id) ON TABLE app.t TO ${bob};\n`, '', 'COLUMN t.id'],
    ['on public show', `GRANT ALL ON SCHEMA public TO ${bob};\n`, '', 'SCHEMA public'],
  ])('%s', (_, dumped, copied, tag) => {
    expect(differences(dumped, copied, tag)).toHaveLength(1);
  });
});
