import { shopCluster, shopDatabase } from './cluster.ts';
import { shopRows } from './data.ts';
import { shopEveryType, shopEveryTypeData } from './every-type.ts';
import { shopFunctions } from './functions.ts';
import { shopHostileNames } from './hostile-names.ts';
import { shopHostileValues, shopHostileValuesData } from './hostile-values.ts';
import { shopIndexes } from './indexes.ts';
import { shopLargeObjects } from './large-objects.ts';
import { shopMachinery } from './machinery.ts';
import { shopOperators } from './operators.ts';
import { shopPartitions } from './partitions.ts';
import { shopPrivileges } from './privileges.ts';
import { shopPublications } from './replication.ts';
import { shopSearch } from './search.ts';
import { shopTables } from './tables.ts';
import { shopTriggers } from './triggers.ts';
import { shopTypes } from './types.ts';
import { shopViews } from './views.ts';

/** Statements that a driver can send as one query, with what they are about for a message when they fail. */
export interface ShopScript {
  readonly topic: string;
  readonly sql: string;
}

/**
 * The shop: a small database that has every kind of object pg_dump knows, except what needs a special build
 * (security labels), a folder of the server (tablespaces) or another server (subscriptions: see `shopSubscription`).
 * Loaded by a superuser into an empty UTF-8 database of a server of that major.
 */
export function shopScripts(major: number): readonly ShopScript[] {
  return [
    { topic: 'roles, schemas, extensions', sql: shopCluster() },
    { topic: 'types', sql: shopTypes(major) },
    { topic: 'operators', sql: shopOperators() },
    { topic: 'tables', sql: shopTables(major) },
    { topic: 'partitions', sql: shopPartitions() },
    { topic: 'every type', sql: shopEveryType(major) },
    { topic: 'hostile values', sql: shopHostileValues() },
    { topic: 'functions', sql: shopFunctions(major) },
    { topic: 'views', sql: shopViews(major) },
    { topic: 'machinery', sql: shopMachinery() },
    { topic: 'rows', sql: shopRows() },
    { topic: 'rows of every type', sql: shopEveryTypeData(major) },
    { topic: 'rows of hostile values', sql: shopHostileValuesData() },
    { topic: 'hostile names', sql: shopHostileNames() },
    { topic: 'large objects', sql: shopLargeObjects() },
    { topic: 'indexes', sql: shopIndexes() },
    { topic: 'text search, collations, statistics', sql: shopSearch(major) },
    { topic: 'triggers and rules', sql: shopTriggers() },
    { topic: 'publications', sql: shopPublications(major) },
    { topic: 'policies and privileges', sql: shopPrivileges(major) },
    { topic: 'the database itself', sql: shopDatabase() },
  ];
}

/** Fills the database of a session with the shop, one transaction a topic. */
export async function loadShop(session: { query(sql: string): Promise<unknown> }, major: number): Promise<void> {
  for (const { topic, sql } of shopScripts(major)) {
    try {
      await session.query(sql);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new Error(`the shop's ${topic} could not be made: ${said}`, { cause: error });
    }
  }
}
