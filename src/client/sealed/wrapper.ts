import { programFile, programsFolder, type SealedManifest, type SealedProgram } from './sealed-folder.ts';
import { certificateFiles } from './tls-environment.ts';

type Start = Pick<SealedManifest, 'product' | 'major' | 'platform' | 'loaderKnowsArgv0'> & { readonly loader: string };

/**
 * The script that stands for a program: for people's PATH, and for pg_dumpall, initdb and pg_ctl, which start other
 * programs from their own folder. It says to the loader what `sealedCommand` says. A library path of the machine is
 * dropped first: a foreign C library would end `readlink` before it could find the folder.
 */
export function wrapperText(start: Start, program: SealedProgram): string {
  const up = '/*'.repeat(programsFolder(start).split('/').length + 1);
  const argv0 = start.loaderKnowsArgv0 ? ' --argv0 "$self"' : '';
  return `#!/bin/sh
# Starts ${program} with the C library and the libraries of this folder.
unset LD_LIBRARY_PATH LD_PRELOAD LD_AUDIT
self=$(readlink -f -- "$0") || exit 127
root=\${self%${up}}
if [ -z "\${SSL_CERT_FILE-}" ] && [ -z "\${SSL_CERT_DIR-}" ]; then
  for file in ${certificateFiles.join(' ')}; do
    if [ -r "$file" ]; then
      export SSL_CERT_FILE="$file"
      break
    fi
  done
fi
: "\${OPENSSL_CONF=/dev/null}" "\${OPENSSL_MODULES=$root/lib/ossl-modules}"
export OPENSSL_CONF OPENSSL_MODULES
exec "$root/lib/${start.loader}" --inhibit-cache --library-path "$root/lib"${argv0} "$root/${programFile(start, program)}" "$@"
`;
}
