import { declaredFile } from '../declaration/file.ts';
import { definitions } from '../schema/kind.ts';

/** The text of the JSON Schema with which editors complete and check a declared file. */
export function renderJsonSchema(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'pg-roundtrip',
    description: 'The declared file of pg-roundtrip: what to dump, restore, verify and publish.',
    ...declaredFile.schema,
    $defs: definitions,
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
