import type { FileDeclaration } from '../declaration/file.ts';
import type { Problems } from '../problems.ts';
import type { Environment } from '../source/variables.ts';
import type { Storage } from '../storage-steps.ts';
import { resolveS3 } from './s3.ts';

type Declared = NonNullable<
  FileDeclaration['storages'] extends ReadonlyMap<string, infer Value> | undefined ? Value : never
>;

/** The declared storages, each with what it needs to be opened. */
export function configureStorages(
  declared: FileDeclaration['storages'],
  environment: Environment,
  problems: Problems,
): Readonly<Record<string, Storage>> {
  const storages = [...(declared ?? [])].flatMap(([name, found]) => {
    const storage = found && configure(name, found, environment, problems);
    return storage === undefined ? [] : [[name, storage] as const];
  });
  return Object.fromEntries(storages);
}

function configure(
  name: string,
  { value: { kind, value, origin } }: Declared,
  environment: Environment,
  problems: Problems,
): Storage | undefined {
  switch (kind) {
    case 's3': {
      const options = resolveS3({ value, origin }, environment, `storages.${name}.s3`, problems);
      return options && { kind, options };
    }
    case 'command': {
      const { upload, download, list, delete: remove } = value;
      const commands = {
        upload: upload.command,
        download: download.command,
        list: list.command,
        delete: remove?.command,
      };
      return { kind, commands, secrets: [upload, download, list, remove].flatMap(one => one?.secrets ?? []) };
    }
  }
}
