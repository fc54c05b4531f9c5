-- What every room stands on: numbers that have no gaps, the inbox, readings in order.

-- None of these is strict, and each is one expression: only so does Postgres put them into a statement instead of calling them.
create function currency_digits(code text) returns smallint
language sql immutable parallel safe as $$
  select case
    when code in ('bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf') then 0
    when code in ('bhd', 'jod', 'kwd', 'omr', 'tnd') then 3
    when code is not null then 2
  end::smallint
$$;
comment on function currency_digits(text) is
  'Digits that Stripe gives a currency (its own table, not ISO''s): amounts are shown with these, also in exports.';

create function format_minor(amount_minor bigint, currency text) returns text
language sql immutable parallel safe as $$
  select case currency_digits(currency)
    when 0 then amount_minor::text
    when 2 then (amount_minor * 0.01)::text
    when 3 then (amount_minor * 0.001)::text
  end
$$;
comment on function format_minor(bigint, text) is 'Minor units as a plain decimal: 750 and eur give 7.50, null stays null.';

create function export_text(value text) returns text
language sql immutable parallel safe as $$
  select case when ascii(value) in (9, 13, 43, 45, 61, 64) then '''' || value else value end
$$;
comment on function export_text(text) is
  'Text that begins = + - @ TAB or CR, a formula to a spreadsheet, gets an apostrophe before it (OWASP). Not for numbers.';

create function export_instant(value timestamptz) returns text
language sql stable parallel safe as $$
  select to_char(value, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM')
$$;
comment on function export_instant(timestamptz) is 'ISO 8601 with the offset of the session''s time zone, in whole seconds.';

create function export_instant_utc(value timestamptz) returns text
language sql immutable parallel safe as $$
  select to_char(value at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;
comment on function export_instant_utc(timestamptz) is 'ISO 8601 in UTC, in whole seconds.';

create table installation (
  only_row boolean primary key default true check (only_row),
  livemode boolean not null
);
comment on table installation is 'One row: which Stripe mode this database belongs to. Live and test never mix.';

create table counters (
  name text primary key,
  value bigint not null default 0 check (value >= 0)
);
comment on table counters is
  'Numbers without gaps, one row a series, drawn last in a transaction under the lock of the row ''order''.';
insert into counters (name) values ('order'), ('journal');

create sequence read_numbers as bigint;
comment on sequence read_numbers is
  'Every reading of a Stripe object draws one before it reads; a row never takes over a reading older than its own.';

create table inbox_events (
  id text primary key check (id ~ '^evt_'),
  type text not null,
  subject text,
  stripe_customer_id text,
  last_read_number bigint not null default 0,
  state text not null default 'pending' check (state in ('pending', 'done', 'ignored', 'gone', 'dead')),
  reason text,
  livemode boolean not null,
  api_version text,
  created_at timestamptz not null,
  received_at timestamptz not null default now(),
  due_at timestamptz not null,
  leased_until timestamptz,
  attempts integer not null default 0,
  error text,
  done_at timestamptz,
  request_id text,
  body bytea,
  check (subject is not null or state <> 'pending')
);
comment on table inbox_events is 'What Stripe told us, stored before the 2xx. A pending row is also its own place in the queue.';
comment on column inbox_events.subject is 'Stripe''s id of the object the event is about.';
comment on column inbox_events.stripe_customer_id is
  'Whom the object belongs to, where the event says so: one customer''s objects are read one after the other.';
comment on column inbox_events.last_read_number is
  'The last read number that was drawn when the event was stored: a reading of a later number has seen what it tells of.';
comment on column inbox_events.reason is 'Why it was ignored, gone or dead.';
comment on column inbox_events.created_at is 'Stripe''s clock.';
comment on column inbox_events.due_at is 'Our clock: not worked on before.';
comment on column inbox_events.leased_until is 'Wall time: another worker has it until then.';
comment on column inbox_events.request_id is 'Of the request that brought it, as it stands in the log.';
comment on column inbox_events.body is 'The exact bytes, removed after the retention.';
create index inbox_events_pending on inbox_events (due_at, received_at) where state = 'pending';
create index inbox_events_pending_subject on inbox_events (subject) where state = 'pending';
create index inbox_events_leased on inbox_events (leased_until) where state = 'pending' and leased_until is not null;
create index inbox_events_dead on inbox_events (received_at) where state = 'dead';
create index inbox_events_received on inbox_events (received_at);

create table worker_heartbeats (
  worker_id text primary key,
  beat_at timestamptz not null default now()
);
comment on table worker_heartbeats is 'A running worker says so every few seconds; jobs of one that stopped saying it are freed.';

create table discrepancies (
  id bigint generated always as identity primary key,
  kind text not null,
  object_id text not null,
  detail text not null,
  found_at timestamptz not null default now(),
  resolved_at timestamptz,
  unique (kind, object_id)
);
comment on table discrepancies is 'Where our books and Stripe differ; an open row is counted in every export.';
create index discrepancies_open on discrepancies (found_at) where resolved_at is null;
