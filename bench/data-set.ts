/** A database to measure with, made by SQL alone and the same each time. */
export interface DataSet {
  readonly name: 'one_big_table' | 'compressible' | 'small_tables';
  readonly title: string;
  readonly sql: string;
}

/** Bytes of a row as COPY writes it, roughly: what turns a wished size into numbers of rows. */
const eventBytes = 405;
const measurementBytes = 108;
const recordBytes = 205;
const recordTables = 190;
/** 100,000 rows of `accounts` as COPY writes them. */
const accountMegabytes = 9.8;

/** 4,096 phrases of invented words, far more than a compressor's window holds: text that packs like prose. */
const phrases = `
create temp table phrase as
with syllable as (select array['ba','re','mi','to','lan','ke','sur','vo','ni','del','qua','pel','zor','chi','ta','um'] as s),
word as (select i, s[1 + (hashint4(i) & 15)] || s[1 + (hashint4(i * 31) & 15)] || s[1 + (hashint4(i * 57) & 15)] as w
         from syllable, generate_series(0, 1023) i)
select p as id, (select string_agg(w, ' ' order by k) from generate_series(1, 8) k
                 join word on word.i = hashint8(p::int8 * 64 + k) & 1023) as words
from generate_series(0, 4095) p;
create index on phrase (id);
analyze phrase;
`;

/**
 * The shape of a grown business database: one table holds about 60 % of the data, a partitioned one about 10 %, the rest
 * lies in many tables of very different sizes; keys, foreign keys, secondary indexes, a view and sequences.
 *
 * @param megabytes of all rows as text
 */
export function oneBigTable(megabytes: number): DataSet {
  const bytes = megabytes * 1e6;
  const events = Math.ceil((bytes * 0.6) / eventBytes);
  const customers = Math.max(100, Math.ceil(events / 20));
  const measurements = Math.ceil((bytes * 0.1) / measurementBytes);
  const share = Array.from({ length: recordTables }, (_, index) => 1 / (index + 3));
  const whole = share.reduce((sum, one) => sum + one, 0);
  const records = share.map(one => Math.ceil((((bytes * 0.3) / recordBytes) * one) / whole));
  const sql = [
    phrases,
    customersSql(customers),
    eventsSql(events, customers),
    measurementsSql(measurements),
    ...records.map((rows, index) => recordSql(index, rows, customers)),
    'create view shop.spent as select customer_id, sum(amount) as amount from shop.events group by customer_id;',
    'vacuum analyze;',
  ].join('\n');
  return { name: 'one_big_table', title: `one big table among many, ${megabytes} MB as text`, sql };
}

/** The tables of pgbench: wide rows of few values, with a primary key each and no other index. */
export function compressible(megabytes: number): DataSet {
  const scale = Math.max(1, Math.round(megabytes / accountMegabytes));
  const sql = `
create table tellers (tid int not null, bid int, tbalance int, filler char(84)) with (fillfactor = 100);
create table branches (bid int not null, bbalance int, filler char(88)) with (fillfactor = 100);
create table accounts (aid int not null, bid int, abalance int, filler char(84)) with (fillfactor = 100);
insert into branches select n, 0 from generate_series(1, ${scale}) n;
insert into tellers select n, (n - 1) / 10 + 1, 0 from generate_series(1, ${scale * 10}) n;
insert into accounts select n, (n - 1) / 100000 + 1, 0, '' from generate_series(1, ${scale * 100_000}) n;
alter table branches add primary key (bid);
alter table tellers add primary key (tid);
alter table accounts add primary key (aid);
vacuum analyze;`;
  return { name: 'compressible', title: `the tables of pgbench, ${megabytes} MB as text`, sql };
}

/** Many tables with next to nothing in them: what counts here is the work for each table, not for each row. */
export function smallTables(count: number): DataSet {
  const sql = `
do $$ begin
  for n in 0..9 loop execute format('create schema tenant_%s', n); end loop;
  for n in 1..${count} loop
    execute format('create table tenant_%s.item_%s (id int primary key, name text not null, price numeric(10,2), added timestamptz)', n % 10, n);
    execute format('insert into tenant_%s.item_%s select i, md5(i::text), i * 1.25, timestamptz ''2024-01-01 00:00Z'' + i * interval ''1 hour'' from generate_series(1, 20) i', n % 10, n);
    if n % 200 = 0 then commit; end if;
  end loop;
end $$;
vacuum analyze;`;
  return { name: 'small_tables', title: `${count} small tables`, sql };
}

function customersSql(rows: number): string {
  return `
create schema shop;
create table shop.customers (id serial primary key, name text not null, email text not null unique, address jsonb, since date);
insert into shop.customers (name, email, address, since)
select p.words, 'person-' || i || '@example.com', jsonb_build_object('street', q.words, 'number', i % 300), date '2015-01-01' + i % 3000
from generate_series(1, ${rows}) i join phrase p on p.id = hashint4(i) & 4095 join phrase q on q.id = hashint4(-i) & 4095 order by i;`;
}

function eventsSql(rows: number, customers: number): string {
  return `
create table shop.events (id bigint not null, customer_id int not null, kind text not null, note text, payload jsonb,
  amount numeric(14,2), tags text[], token bytea, happened_at timestamptz not null, changed_at timestamp);
insert into shop.events
select i, 1 + (hashint4(i) & 2147483647) % ${customers}, (array['order','payment','refund','visit','message'])[1 + i % 5],
  p.words || '; ' || q.words,
  jsonb_build_object('reference', md5(i::text), 'text', r.words, 'position', i % 97, 'paid', i % 3 = 0),
  (hashint4(i * 7) % 1000000)::numeric / 100, array['t' || i % 40, 't' || i % 23], decode(md5((-i)::text), 'hex'),
  timestamptz '2022-01-01 00:00Z' + i * interval '97 seconds', timestamp '2022-01-01' + i * interval '101.5 seconds'
from generate_series(1, ${rows}) i join phrase p on p.id = hashint4(i) & 4095
  join phrase q on q.id = hashint4(i + 77) & 4095 join phrase r on r.id = hashint4(-i) & 4095 order by i;
alter table shop.events add primary key (id), add foreign key (customer_id) references shop.customers;
create index on shop.events (customer_id, happened_at);
create index on shop.events (happened_at);
create index on shop.events (lower(kind), amount) where amount > 0;`;
}

function measurementsSql(rows: number): string {
  const partitions = [0, 1, 2, 3].map(
    part => `
create table shop.measurements_${part} partition of shop.measurements
  for values from (${Math.floor((rows * part) / 4)}) to (${part === 3 ? 'maxvalue' : Math.floor((rows * (part + 1)) / 4)});`,
  );
  return `
create table shop.measurements (id bigint not null, sensor text not null, value double precision, raw numeric, at timestamptz)
  partition by range (id);
${partitions.join('')}
insert into shop.measurements
select i, 'sensor-' || md5((i % 500)::text), sin(i) * 1000, hashint8(i)::numeric / 1000, timestamptz '2023-01-01 00:00Z' + i * interval '1 second'
from generate_series(0, ${rows - 1}) i;
alter table shop.measurements add primary key (id);
create index on shop.measurements (sensor);`;
}

function recordSql(index: number, rows: number, customers: number): string {
  const schema = `area_${index % 6}`;
  const table = `${schema}.record_${index}`;
  return `
create schema if not exists ${schema};
create table ${table} (id serial primary key, customer_id int references shop.customers, title text, body text, price numeric(12,4), made timestamptz);
insert into ${table} (customer_id, title, body, price, made)
select 1 + (hashint4(i + ${index}) & 2147483647) % ${customers}, p.words, md5(i::text) || ' ' || q.words, i * 1.37, timestamptz '2021-05-05 00:00Z' + i * interval '1 minute'
from generate_series(1, ${rows}) i join phrase p on p.id = hashint4(i + ${index}) & 4095 join phrase q on q.id = hashint4(i * 3) & 4095 order by i;
create index on ${table} (customer_id);
create index on ${table} (made, price);`;
}
