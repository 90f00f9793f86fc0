/** Texts that trip up readers of COPY data, of logs, of CSV, and of anything that takes NULL for an empty text. */
export function shopHostileValues(): string {
  return String.raw`
CREATE TABLE shop.hostile_values (id integer PRIMARY KEY, what text NOT NULL, body text, bytes bytea);
COMMENT ON TABLE shop.hostile_values IS E'Tabs\t, lines\n, \\. and quotes '' "';
`;
}

export function shopHostileValuesData(): string {
  return String.raw`
INSERT INTO shop.hostile_values (id, what, body) VALUES
  (1, 'no value', NULL),
  (2, 'empty', ''),
  (3, 'what COPY writes for no value', E'\\N'),
  (4, 'end of COPY data', E'\\.'),
  (5, 'end of COPY data on a line of its own', E'before\n\\.\nafter'),
  (6, 'tab, line feed, carriage return', E'\t\n\r\r\n'),
  (7, 'all control characters that COPY escapes', E'\b\f\n\r\t\v'),
  (8, 'other control characters', E'\x01\x02\x1b[31mred\x1b[0m\x7f'),
  (9, 'backslashes', E'\\ \\\\ \\\\\\ \\n \\x41 \\101'),
  (10, 'quotes', E'''\'\'\' " "" \x60'),
  (11, 'blanks', '   '),
  (12, 'command of a CI', E'::error file=app.js,line=1::this is data\n::set-output name=x::y\n##vso[task.complete]'),
  (13, 'group of a CI', E'::group::data\n::stop-commands::token\n::endgroup::'),
  (14, 'SQL', E'\'); DROP SCHEMA shop CASCADE; --'),
  (15, 'commands of psql', E'\\! echo hostile\n\\connect elsewhere\n\\copy shop.orders to program ''true'''),
  (16, 'Markdown and HTML', E'| a | b |\n|---|---|\n<img src=x onerror=alert(1)> [link](https://example.test)'),
  (17, 'spreadsheet formula', '=1+1'),
  (18, 'composed and decomposed', U&'\00e9 e\0301'),
  (19, 'beyond the basic plane', U&'\+01f418 \+01f469\200d\+01f4bb'),
  (20, 'right to left, zero width, byte order mark', U&'\202eabc\202c \200b \feff'),
  (21, 'line and paragraph separators', U&'\2028 \2029 \0085'),
  (22, 'one megabyte of text', repeat('0123456789abcdef', 65536)),
  (23, 'a line of 300 kB that ends in a backslash', repeat('x', 300000) || E'\\'),
  (24, 'a template', '$' || '{HOME} $(id) {{ secrets.X }} %s %n');
INSERT INTO shop.hostile_values (id, what, bytes)
  SELECT 100 + length, length || ' bytes', substring(every_byte FROM 1 FOR length)
  FROM (SELECT string_agg(set_byte('\x00', 0, byte), '' ORDER BY byte) AS every_byte FROM generate_series(0, 255) byte) all_bytes,
    unnest(ARRAY[0, 1, 2, 3, 255, 256]) AS length;
INSERT INTO shop.hostile_values (id, what, bytes)
  SELECT 400, 'bytes that cannot be compressed', string_agg(sha256(convert_to(i::text, 'UTF8')), '' ORDER BY i)
  FROM generate_series(1, 8192) AS i;
`;
}
