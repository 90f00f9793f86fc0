import type { ErrorCode } from 'yaml';

/**
 * Our own words for the parser's errors, as the parser quotes pieces of the file, and those may be secret.
 * Keyed by the codes of `yaml` 2.
 */
const sentences: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias has an anchor or a tag of its own',
  BAD_ALIAS: 'an alias or anchor has no valid name',
  BAD_COLLECTION_TYPE: 'a tag does not fit the value that it stands before',
  BAD_DIRECTIVE: 'a directive is malformed',
  BAD_DQ_ESCAPE: 'a text in double quotes has an unknown escape',
  BAD_INDENT: 'a line is indented in a way that does not fit the lines before it',
  BAD_PROP_ORDER: 'an anchor or tag stands in the wrong place',
  BAD_SCALAR_START: 'a text begins with a character that needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second key stands on the same line as the first',
  BLOCK_IN_FLOW: 'an indented list or map stands inside [ ] or { }',
  DUPLICATE_KEY: 'a key is given twice',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'a comma, colon, quote or bracket is missing',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines',
  MULTIPLE_ANCHORS: 'a value has more than one anchor',
  MULTIPLE_DOCS: 'the file has more than one document',
  MULTIPLE_TAGS: 'a value has more than one tag',
  NON_STRING_KEY: 'a key is a list or a map',
  TAB_AS_INDENT: 'a line is indented with a tab',
  TAG_RESOLVE_FAILED: 'a value has an unknown tag',
  UNEXPECTED_TOKEN: 'something stands where YAML does not allow it',
};

const remedies: Partial<Record<ErrorCode, string>> = {
  BAD_SCALAR_START: 'put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'put a value that contains ": " in quotes, or begin a new line',
  MULTIPLE_DOCS: 'remove the line --- and what follows, or make two files of it',
  TAB_AS_INDENT: 'indent with spaces',
  TAG_RESOLVE_FAILED: 'remove the tag',
};

export interface YamlFault {
  readonly what: string;
  readonly remedy: string;
  /** Whether what the parser says of the rest of the file is only an echo. */
  readonly derails: boolean;
}

/** One sentence on what is wrong and one on what to do, for an error of the YAML parser on this line of the file. */
export function explainYaml(code: ErrorCode, line: string): YamlFault {
  if (/[[{].*[:,]\s*\$\{|[[{]\s*\$\{/.test(line))
    return {
      what: 'a variable stands inside [ ] or { } without quotes, and its own braces end what is around it',
      remedy: 'inside [ ] and { }, put "${NAME}" in quotes',
      derails: true,
    };
  const what = sentences[code] ?? 'the text is not valid YAML';
  return { what, remedy: remedies[code] ?? 'correct the YAML at this place', derails: false };
}
