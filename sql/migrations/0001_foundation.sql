-- What every room stands on: numbers that have no gaps, the inbox, readings in order.

-- Digits that Stripe gives a currency (its own table, not ISO's): amounts are shown with these, also in exports.
create function currency_digits(code text) returns smallint
language sql immutable strict parallel safe
return case
  when lower(code) in ('bif','clp','djf','gnf','jpy','kmf','krw','mga','pyg','rwf','vnd','vuv','xaf','xof','xpf') then 0
  when lower(code) in ('bhd','jod','kwd','omr','tnd') then 3
  else 2
end::smallint;

-- Minor units as a plain decimal, '750','eur' → '7.50'; null stays null.
create function format_minor(amount_minor bigint, currency text) returns text
language sql immutable parallel safe
return case
  when currency_digits(currency) = 0 then amount_minor::text
  else case when amount_minor < 0 then '-' else '' end
    || (abs(amount_minor) / (10 ^ currency_digits(currency))::bigint)::text || '.'
    || lpad((abs(amount_minor) % (10 ^ currency_digits(currency))::bigint)::text, currency_digits(currency), '0')
end;

-- Text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection); numbers never pass here.
create function export_text(value text) returns text
language sql immutable parallel safe
return case when value ~ E'^[=+\\-@\t\r]' then '''' || value else value end;

-- One row: which Stripe mode this database belongs to. Live and test never mix.
create table installation (
  only_row boolean primary key default true check (only_row),
  livemode boolean not null
);

-- Numbers without gaps, one row a series, drawn last in a transaction under the lock of the row 'order'.
create table counters (
  name text primary key,
  value bigint not null default 0 check (value >= 0)
);
insert into counters (name) values ('order'), ('journal');

-- Every reading of a Stripe object draws one before it reads; a row never takes over a reading older than its own.
create sequence read_numbers as bigint;

-- What Stripe told us, stored before the 2xx. A pending row is also its own place in the queue.
create table inbox_events (
  id text primary key check (id ~ '^evt_'),
  type text not null,
  subject text,                       -- Stripe's id of the object the event is about
  state text not null default 'pending' check (state in ('pending', 'done', 'ignored', 'gone', 'dead')),
  reason text,                        -- why it was ignored, gone or dead
  livemode boolean not null,
  api_version text,
  created_at timestamptz not null,    -- Stripe's clock
  received_at timestamptz not null default now(),
  due_at timestamptz not null,        -- our clock: not worked on before
  leased_until timestamptz,           -- wall time: another worker has it until then
  attempts integer not null default 0,
  error text,
  done_at timestamptz,
  body bytea,                         -- the exact bytes, removed after the retention
  check (subject is not null or state <> 'pending')
);
create index inbox_events_pending on inbox_events (due_at, received_at) where state = 'pending';
create index inbox_events_pending_subject on inbox_events (subject) where state = 'pending';
create index inbox_events_received on inbox_events (received_at);

-- A running worker says so every few seconds; jobs of one that stopped saying it are freed.
create table worker_heartbeats (
  worker_id text primary key,
  beat_at timestamptz not null default now()
);

-- Where our books and Stripe differ; an open row is counted in every export.
create table discrepancies (
  id bigint generated always as identity primary key,
  kind text not null,
  object_id text not null,
  detail text not null,
  found_at timestamptz not null default now(),
  resolved_at timestamptz,
  unique (kind, object_id)
);
create index discrepancies_open on discrepancies (found_at) where resolved_at is null;
