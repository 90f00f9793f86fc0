/** A database that is large in one respect alone, made by SQL and the same each time. */
export interface Shape {
  readonly name: 'tables' | 'schemas' | 'columns' | 'gigabytes';
  readonly title: (size: number) => string;
  /** Next to nothing, and the size that is promised to be bearable. */
  readonly least: number;
  readonly size: number;
  readonly sql: (size: number) => string;
}

export const shapes: readonly Shape[] = [
  {
    name: 'tables',
    title: count => `${thousands(count)} tables with an index and five rows each`,
    least: 1,
    size: 10_000,
    sql: count =>
      inBatches(count, ['create table item_%1$s (id int primary key, name text not null)', fiveRows('item_%1$s')]),
  },
  {
    name: 'schemas',
    title: count => `${thousands(count)} schemas of four tables, a view and a function`,
    least: 1,
    size: 500,
    sql: count =>
      inBatches(count, [
        'create schema tenant_%1$s',
        ...[1, 2, 3, 4].flatMap(table => [
          `create table tenant_%1$s.item_${table} (id int primary key, name text not null)`,
          fiveRows(`tenant_%1$s.item_${table}`),
        ]),
        'create view tenant_%1$s.named as select name from tenant_%1$s.item_1 join tenant_%1$s.item_2 using (name)',
        'create function tenant_%1$s.double(n int) returns int language sql immutable as $f$ select n * 2 $f$',
      ]),
  },
  {
    name: 'columns',
    title: count => `a table of ${thousands(count)} columns and 2,000 rows`,
    least: 1,
    size: 1_600,
    sql: count => {
      const numbers = Array.from({ length: count }, (_, index) => index + 1);
      return `
        create table wide (${numbers.map(number => `c${number} int`).join(', ')});
        insert into wide select ${numbers.map(number => `i * ${number}`).join(', ')} from generate_series(1, 2000) i;`;
    },
  },
  {
    name: 'gigabytes',
    title: count => `${thousands(count)} GB as text, in values of 1 MB that take little of the disk`,
    least: 0.001,
    size: 20,
    sql: count => `
      create table page (id int primary key, body text not null);
      do $$ begin
        for n in 1..${count * 1_000} loop
          insert into page values (n, repeat(md5(n::text), 31250));
          if n % 200 = 0 then commit; end if;
        end loop;
      end $$;`,
  },
];

function fiveRows(table: string): string {
  return `insert into ${table} select i, md5(i::text) from generate_series(1, 5) i`;
}

/** Runs statements for 1 to `count`, which takes the place of `%1$s`; a transaction holds the locks of a hundred at most. */
function inBatches(count: number, statements: readonly string[]): string {
  const executed = statements.map(statement => `execute format($q$${statement} $q$, n);`).join('\n');
  return `do $$ begin
    for n in 1..${count} loop
      ${executed}
      if n % 100 = 0 then commit; end if;
    end loop;
  end $$;`;
}

function thousands(count: number): string {
  return count.toLocaleString('en');
}
