-- A small shop of invented people, for the self-test of the action.
create schema sales;
create type sales.state as enum ('open', 'paid', 'sent');
create table sales.customer (
  id int generated always as identity primary key,
  name text not null,
  notes jsonb not null default '{}'
);
create table sales.invoice (
  id bigserial,
  customer_id int not null references sales.customer,
  state sales.state not null default 'open',
  issued date not null,
  amount numeric(10, 2) not null check (amount > 0),
  primary key (id, issued)
) partition by range (issued);
create table sales.invoice_2025 partition of sales.invoice for values from ('2025-01-01') to ('2026-01-01');
create table sales.invoice_2026 partition of sales.invoice for values from ('2026-01-01') to ('2027-01-01');
create view sales.unpaid as select customer_id, sum(amount) as amount from sales.invoice where state = 'open' group by 1;
create materialized view sales.turnover as select issued, sum(amount) as amount from sales.invoice group by 1;
create function sales.is_open(state sales.state) returns boolean language sql immutable as 'select state = ''open''';
insert into sales.customer (name) select 'customer ' || i from generate_series(1, 500) i;
insert into sales.invoice (customer_id, state, issued, amount)
  select 1 + i % 500, (array['open', 'paid', 'sent'])[1 + i % 3]::sales.state, date '2025-01-01' + i % 700, 1 + i % 97
  from generate_series(1, 20000) i;
create index on sales.invoice (customer_id) where sales.is_open(state);
refresh materialized view sales.turnover;
do $$ begin perform lo_from_bytea(0, decode(repeat('c0ffee', 5000), 'hex')); end $$;
