import {
  programFile,
  programsFolder,
  type SealedFolder,
  type SealedManifest,
  type SealedProgram,
} from './sealed-folder.ts';
import { tlsEnvironment } from './tls-environment.ts';

/** What to spawn; no shell is involved. */
export interface SealedCommand {
  readonly path: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What has to be known of a folder to start its programs: of one that is there, or of one that will be. */
export interface StartableFolder extends Pick<SealedFolder, 'root' | 'certificateFile'> {
  readonly manifest: Pick<SealedManifest, 'product' | 'major' | 'platform' | 'loader' | 'loaderKnowsArgv0'>;
}

/** Variables by which a machine's loader would put objects of its own into the program, see ld.so(8) and dyld(1). */
const loaderVariables = /^(LD_(LIBRARY_PATH|PRELOAD|AUDIT)|DYLD_.*)$/;

/**
 * How to start a program of a sealed folder: its own loader is spawned and told what to load, so neither the loader that
 * the program names, nor the machine's cache of libraries, nor its library path has a say. `environment` is all that the
 * program is to get; what OpenSSL needs is added. On macOS and Windows the program itself is spawned. `file` is another copy of the program, see `bringTimezones`.
 */
export function sealedCommand(
  folder: StartableFolder,
  program: SealedProgram,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>>,
  file = `${folder.root}/${programFile(folder.manifest, program)}`,
): SealedCommand {
  const { root, manifest } = folder;
  const kept = Object.entries(environment).filter(([name]) => !loaderVariables.test(name));
  const certificates = { certificateFile: folder.certificateFile, platform: manifest.platform };
  const told = { ...Object.fromEntries(kept), ...tlsEnvironment(environment, root, certificates) };
  if (manifest.loader === undefined) return { path: file, arguments: parameters, environment: told };
  const name = manifest.loaderKnowsArgv0 ? ['--argv0', `${root}/${programsFolder(manifest)}/${program}`] : [];
  return {
    path: `${root}/lib/${manifest.loader}`,
    arguments: ['--inhibit-cache', '--library-path', `${root}/lib`, ...name, file, ...parameters],
    environment: told,
  };
}
