-- Giving can be switched off by hand, and slows down by itself while cards are tested on it.

create table switches (
  name text primary key check (name in ('giving', 'once', 'month', 'year')),
  is_on boolean not null,
  why text not null,
  changed_at timestamptz not null
);
comment on table switches is 'What was switched off or on by hand; a name without a row is on.';
comment on column switches.name is 'An interval, or all of giving.';

create table gift_starts (
  id uuid primary key default gen_random_uuid(),
  source_hash bytea not null,
  gift_id text,
  is_proved boolean not null,
  started_at timestamptz not null default clock_timestamp()
);
comment on table gift_starts is 'Gifts that were begun, for a day: from which source, as a hash under the salt of the day.';
comment on column gift_starts.gift_id is 'Null until Stripe has made its page.';
comment on column gift_starts.is_proved is 'A proof of work came with it.';
create index gift_starts_started on gift_starts (started_at);
create index gift_starts_source on gift_starts (source_hash, started_at);
create index gift_starts_gift on gift_starts (gift_id);

create table declines (
  event_id text primary key,
  gift_id text,
  declined_at timestamptz not null
);
comment on table declines is 'Cards that were declined on our payment pages, for a day, as Stripe told us.';
comment on column declines.gift_id is 'Null on the page of a recurring gift: Stripe says whose it is only once it is paid.';
create index declines_declined on declines (declined_at);
create index declines_gift on declines (gift_id);

create table brakes (
  began_at timestamptz primary key,
  last_on_at timestamptz not null
);
comment on table brakes is 'When the brake on giving was on; a person is told once of each.';

create index inbox_events_declined on inbox_events (received_at) where type = 'payment_intent.payment_failed';

create function giving_now(most_unpaid integer) returns table (
  unpaid integer, paid integer, proved_unpaid integer, paid_in_all integer, declined integer, is_braked boolean
)
language sql stable as $$
  with starts as (
    select start.is_proved, coalesce(checkout.state, '') = 'complete' as is_paid
    from gift_starts start
    left join checkouts checkout on checkout.idempotency_key = 'checkout-' || start.gift_id
    where start.started_at > clock_timestamp() - interval '10 minutes'
  ), counted as (
    select
      count(*) filter (where not is_proved and not is_paid) as unpaid,
      count(*) filter (where not is_proved and is_paid) as paid,
      count(*) filter (where is_proved and not is_paid) as proved_unpaid,
      count(*) filter (where is_paid) as paid_in_all,
      (select count(*) from declines where declined_at > clock_timestamp() - interval '10 minutes') as declined
    from starts
  )
  select unpaid::integer, paid::integer, proved_unpaid::integer, paid_in_all::integer, declined::integer,
    unpaid >= most_unpaid + 3 * paid or declined > greatest(20, paid_in_all)
  from counted
$$;
comment on function giving_now(integer) is
  'The last ten minutes of giving, by what Stripe told us. The brake is on while more gifts stand unpaid than most_unpaid and three '
  'for each that was paid, or more cards are declined than gifts paid; gifts that came with a proof of work count apart.';
