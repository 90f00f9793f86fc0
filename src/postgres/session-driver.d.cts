/**
 * The driver's client without the package's front door, which loads a native binding when NODE_PG_FORCE_NATIVE is set
 * and brings a pool that nobody here uses.
 */
declare module 'pg/lib/client.js' {
  import { Client } from 'pg';
  export = Client;
}
