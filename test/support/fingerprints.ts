/** The content of every table, by its own hash: says whether two databases hold the same without asking the tool. */
export const fingerprints = `
  SELECT format('%I.%I', nspname, relname) AS name,
    (xpath('/row/hash/text()', query_to_xml(format(
      'SELECT md5(string_agg(whole_row::text, chr(10) ORDER BY whole_row::text COLLATE "C")) AS hash FROM ONLY %I.%I AS whole_row', nspname, relname
    ), false, true, '')))[1]::text AS hash
  FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind = 'r' AND nspname !~ '^(pg_|information_schema)' ORDER BY nspname COLLATE "C", relname COLLATE "C"`;
