import type { LockedSet } from '../../src/client/lock/lock.ts';

/** Scripts, documentation and set-up of a system; and libraries that only these use. Never needed by a program. */
const always = [
  /^perl(-base|-modules-.*)?$/,
  /^perlapi-/,
  /^libperl/,
  /^python3?$/,
  /^debconf(-2\.0)?$/,
  /^cdebconf$/,
  /^dpkg$/,
  /^tar$/,
  /^netbase$/,
  /^sensible-utils$/,
  /^readline-common$/,
  /^gcc-.*-base$/,
  /^postgresql-(client-)?common(-dev)?$/,
  /^libgdbm/,
  /^libc-gconv-modules-extra$/,
  // Found with dlopen() and only for a method that a client of Postgres never uses, or for a cipher that is switched off.
  /^libsasl2-modules-db$/,
  /^libdb5\.3/,
  /^openssl-provider-legacy$/,
  /^libaudit-common$/,
  // Of glibc's installation scripts.
  /^libcrypt1$/,
  /^libmd0$/,
];

const onlyBy: Readonly<Record<LockedSet['product'], readonly RegExp[]>> = {
  client: [/^libpcre2-8-0$/, /^libselinux1$/, /^libacl1$/, /^libbz2-1\.0$/, /^liblzma5$/],
  // Just-in-time compilation is a module of its own that a server does without; the others belong to pg_createcluster.
  server: [/^libllvm/, /^libz3/, /^postgresql-\d+-jit/, /^postgresql-client-\d+$/, /^ssl-cert$/, /^locales(-all)?$/],
};

/** Whether a package is left out of the sets of a product although something depends on it. */
export function isSkipped(product: LockedSet['product']): (name: string) => boolean {
  const patterns = [...always, ...onlyBy[product]];
  return name => patterns.some(pattern => pattern.test(name));
}
