import { expect, test } from 'vitest';
import { roleSettings, withMissingRolesOnly } from '../../../../src/postgres/script/globals.ts';

const globals = `--
-- Roles
--

CREATE ROLE staff;
ALTER ROLE staff WITH NOSUPERUSER NOLOGIN;
CREATE ROLE "it's ""so""";
ALTER ROLE "it's ""so""" WITH LOGIN PASSWORD 'SCRAM-SHA-256$4096:a$b:c';

--
-- User Config "staff"
--

ALTER ROLE staff SET work_mem TO '7MB';
ALTER ROLE staff SET search_path TO 'a;b', 'c';
ALTER ROLE "it's ""so""" SET "my.setting" TO 'line
end';
GRANT staff TO "it's ""so""" GRANTED BY postgres;
`;

test('the settings of each role are its statements', () => {
  expect(roleSettings(Buffer.from(globals))).toEqual(
    new Map([
      ['staff', ["ALTER ROLE staff SET work_mem TO '7MB'", "ALTER ROLE staff SET search_path TO 'a;b', 'c'"]],
      [`it's "so"`, [`ALTER ROLE "it's ""so""" SET "my.setting" TO 'line\nend'`]],
    ]),
  );
});

test('roles are made only where they are missing, all else stays', () => {
  const text = withMissingRolesOnly(globals);
  expect(text).toContain(`rolname = 'staff') THEN
CREATE ROLE staff;
ALTER ROLE staff WITH NOSUPERUSER NOLOGIN;
END IF; END $role$;`);
  expect(text).toContain(`rolname = 'it''s "so"') THEN\nCREATE ROLE "it's ""so""";`);
  const rest = globals.slice(globals.indexOf('-- User Config'));
  expect(text.endsWith(rest)).toBe(true);
  expect(withMissingRolesOnly(globals.replaceAll('staff', '"a$role$b"'))).toContain('DO $role_$ ');
});
