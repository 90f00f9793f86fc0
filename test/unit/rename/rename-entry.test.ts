import { expect, test } from 'vitest';
import { asOrdinarySchema } from '../../../src/rename/former-public.ts';
import { renameEntry } from '../../../src/rename/rename-entry.ts';
import { entry } from '../verify/toc-fixtures.ts';

const renames = [{ from: 'app', to: 'My Copy', spelled: '"My Copy"' }];

test.each([
  ['SCHEMA', 'app', 'CREATE SCHEMA app;', 'My Copy', 'CREATE SCHEMA "My Copy";'],
  [
    'ACL',
    'FUNCTION f(app.mood)',
    'GRANT ALL ON FUNCTION app.f(app.mood) TO app;',
    'FUNCTION f("My Copy".mood)',
    'GRANT ALL ON FUNCTION "My Copy".f("My Copy".mood) TO app;',
  ],
  [
    'ACL',
    'SCHEMA app',
    'GRANT USAGE ON SCHEMA app TO app;',
    'SCHEMA "My Copy"',
    'GRANT USAGE ON SCHEMA "My Copy" TO app;',
  ],
  ['ACL', 'TABLE "schema app"', 'x', 'TABLE "schema app"', 'x'],
  ['TRIGGER', 'schema app', 'x', 'schema app', 'x'],
  [
    'PUBLICATION TABLES IN SCHEMA',
    'all app',
    'ALTER PUBLICATION "all" ADD TABLES IN SCHEMA app;',
    'all My Copy',
    'ALTER PUBLICATION "all" ADD TABLES IN SCHEMA "My Copy";',
  ],
  [
    'DEFAULT ACL',
    'x',
    'ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA app GRANT SELECT ON TABLES TO app;',
    'x',
    'ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA "My Copy" GRANT SELECT ON TABLES TO app;',
  ],
  ['TABLE DATA', 'part', '-- load via partition root app.whole', 'part', '-- load via partition root "My Copy".whole'],
  ['COMMENT', 'TABLE t', `COMMENT ON TABLE app.t IS 'app.t';`, 'TABLE t', `COMMENT ON TABLE "My Copy".t IS 'app.t';`],
])('%s %s: %s', (description, tag, definition, newTag, newDefinition) => {
  const renamed = renameEntry(entry(description, tag, definition), renames);
  expect(renamed).toMatchObject({ tag: newTag, definition: newDefinition, namespace: 'My Copy' });
});

const formerly = [{ from: 'public', to: 'app', spelled: 'app' }];
const table = entry('TABLE', 't', 'CREATE TABLE app.t ();');

test.each([
  ['nothing', undefined, 15, 'GRANT USAGE ON SCHEMA app TO PUBLIC;'],
  ['nothing, on an old server', undefined, 14, 'GRANT ALL ON SCHEMA app TO PUBLIC;'],
  [
    'more',
    'GRANT ALL ON SCHEMA app TO bob;',
    15,
    'GRANT ALL ON SCHEMA app TO bob;\nGRANT USAGE ON SCHEMA app TO PUBLIC;',
  ],
  ['less', 'REVOKE USAGE ON SCHEMA app FROM PUBLIC;', 15, undefined],
  [
    'other',
    'REVOKE ALL ON SCHEMA app FROM PUBLIC;\nGRANT USAGE ON SCHEMA app TO PUBLIC;\n',
    14,
    'GRANT USAGE ON SCHEMA app TO PUBLIC;',
  ],
])('what an archive says of the privileges of public, %s, as of an ordinary schema', (_, said, major, expected) => {
  const acl = said === undefined ? [] : [entry('ACL', 'SCHEMA app', said, { namespace: undefined })];
  const found = asOrdinarySchema([table, ...acl], formerly, major).filter(one => one.description === 'ACL');
  expect(found.map(({ tag, definition }) => [tag, definition])).toEqual(
    expected === undefined ? [] : [['SCHEMA app', expected]],
  );
});
