-- Our whole database as it is after the last migration, in the order in which it came to be.
-- Written from Postgres's own catalogs by `node scripts/schema.ts`: change it by a migration. The queue's and the migrator's own
-- tables are not here.

-- Digits that Stripe gives a currency (its own table, not ISO's): amounts are shown with these, also in exports.
create function currency_digits(code text)
returns smallint
language sql
immutable parallel safe
as $function$
  select case
    when code in ('bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf') then 0
    when code in ('bhd', 'jod', 'kwd', 'omr', 'tnd') then 3
    when code is not null then 2
  end::smallint
$function$;

-- Minor units as a plain decimal: 750 and eur give 7.50, null stays null.
create function format_minor(amount_minor bigint, currency text)
returns text
language sql
immutable parallel safe
as $function$
  select case currency_digits(currency)
    when 0 then amount_minor::text
    when 2 then (amount_minor * 0.01)::text
    when 3 then (amount_minor * 0.001)::text
  end
$function$;

-- Text that begins = + - @ TAB or CR, a formula to a spreadsheet, gets an apostrophe before it (OWASP). Not for numbers.
create function export_text(value text)
returns text
language sql
immutable parallel safe
as $function$
  select case when ascii(value) in (9, 13, 43, 45, 61, 64) then '''' || value else value end
$function$;

-- ISO 8601 in UTC, in whole seconds.
create function export_instant_utc(value timestamptz)
returns text
language sql
immutable parallel safe
as $function$
  select to_char(value at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$function$;

-- What is the same for every spelling of an article's address: without query, fragment and the slash at its end.
create function article_key(address text)
returns text
language sql
immutable parallel safe
as $function$
  select rtrim(split_part(split_part(address, '#', 1), '?', 1), '/')
$function$;

-- ISO 8601 with the offset of the session's time zone, in whole seconds.
create function export_instant(value timestamptz)
returns text
language sql
stable parallel safe
as $function$
  select to_char(value, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM')
$function$;

-- One row: which Stripe mode this database belongs to. Live and test never mix.
create table installation (
  only_row boolean default true primary key check (only_row),
  livemode boolean not null,
  erasure_salt bytea not null default decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
);

-- Numbers without gaps, one row a series, drawn last in a transaction under the lock of the row 'order'.
create table counters (
  name text primary key,
  value bigint not null default 0 check (value >= 0)
);

-- Every reading of a Stripe object draws one before it reads; a row never takes over a reading older than its own.
create sequence read_numbers;

-- What Stripe told us, stored before the 2xx. A pending row is also its own place in the queue.
create table inbox_events (
  id text primary key check (id ~ '^evt_'),
  type text not null,
  -- Stripe's id of the object the event is about.
  subject text,
  -- Whom the object belongs to, where the event says so: one customer's objects are read one after the other.
  stripe_customer_id text,
  -- The last read number that was drawn when the event was stored: a reading of a later number has seen what it tells of.
  last_read_number bigint not null default 0,
  state text not null default 'pending' check (state in ('pending', 'done', 'ignored', 'gone', 'dead')),
  -- Why it was ignored, gone or dead.
  reason text,
  livemode boolean not null,
  api_version text,
  -- Stripe's clock.
  created_at timestamptz not null,
  received_at timestamptz not null default now(),
  -- Our clock: not worked on before.
  due_at timestamptz not null,
  -- Wall time: another worker has it until then.
  leased_until timestamptz,
  attempts integer not null default 0,
  error text,
  done_at timestamptz,
  -- Of the request that brought it, as it stands in the log.
  request_id text,
  -- The exact bytes, removed after the retention.
  body bytea,
  -- sweep: Stripe's webhook never came, and it was found by asking.
  source text not null default 'webhook' check (source in ('webhook', 'sweep')),
  check (subject is not null or state <> 'pending')
);
create index inbox_events_pending on inbox_events (due_at, received_at) where state = 'pending';
create index inbox_events_pending_subject on inbox_events (subject) where state = 'pending';
create index inbox_events_leased on inbox_events (leased_until) where ((state = 'pending') and (leased_until is not null));
create index inbox_events_dead on inbox_events (received_at) where state = 'dead';
create index inbox_events_received on inbox_events (received_at);
create index inbox_events_declined on inbox_events (received_at) where type = 'payment_intent.payment_failed';
create index inbox_events_gone on inbox_events (received_at) where state = 'gone';

-- A running worker says so every few seconds; jobs of one that stopped saying it are freed.
create table worker_heartbeats (
  worker_id text primary key,
  beat_at timestamptz not null default now()
);

-- Where our books and Stripe differ; an open row is counted in every export.
create table discrepancies (
  id bigint generated always as identity primary key,
  kind text not null,
  -- Stripe's id of what differs, or our own where Stripe has none.
  object_id text not null,
  detail text not null,
  found_at timestamptz not null default now(),
  -- When a later comparison no longer found it; null: it stands.
  resolved_at timestamptz,
  currency text,
  -- In our books; null where nothing is there, or where it is not about an amount.
  ours_minor bigint,
  -- At Stripe.
  theirs_minor bigint,
  last_seen_at timestamptz not null default now(),
  unique (kind, object_id)
);
create index discrepancies_open on discrepancies (found_at) where resolved_at is null;

-- Who gives. An erased one keeps its row, without e-mail and name, so that its gifts keep theirs.
create table donors (
  id text primary key check (id ~ '^dnr_'),
  email text,
  -- Lower case, trimmed: one donor an address.
  email_key text unique,
  name text,
  locale text,
  created_at timestamptz not null,
  erased_at timestamptz
);
create index donors_created on donors (created_at, id);
create index donors_email_beginning on donors (email_key text_pattern_ops) where email_key is not null;
create index donors_name_words on donors using gin (to_tsvector('simple'::regconfig, name)) where name is not null;
create index donors_email_host on donors (split_part(email_key, '@', 2)) where email_key is not null;

-- One donor has many Stripe customers: Checkout makes a new one for each session that needs one.
create table donor_stripe_customers (
  stripe_customer_id text primary key check (stripe_customer_id ~ '^cus_'),
  donor_id text not null references donors (id)
);
create index donor_stripe_customers_donor on donor_stripe_customers (donor_id);

-- A recurring donation. Each paid invoice of it is one donation.
create table subscriptions (
  id text primary key check (id ~ '^rec_'),
  donor_id text references donors (id),
  status text not null check (status in ('pending', 'expired', 'incomplete', 'incomplete_expired', 'trialing', 'active',
    'past_due', 'canceled', 'unpaid', 'paused')),
  "interval" text not null check ("interval" in ('month', 'year')),
  currency text not null check (currency ~ '^[a-z]{3}$'),
  -- What is charged each time, fee cover included.
  amount_minor bigint not null check (amount_minor > 0),
  fee_cover_minor bigint not null default 0 check (fee_cover_minor >= 0),
  article_url text,
  article_id text,
  article_title text,
  section text,
  campaign text,
  placement text,
  newsletter text check (newsletter in ('daily', 'weekly')),
  anonymous boolean not null default false,
  message text,
  locale text,
  stripe_subscription_id text unique check (stripe_subscription_id ~ '^sub_'),
  stripe_customer_id text,
  current_period_end timestamptz,
  cancel_at timestamptz,
  canceled_at timestamptz,
  ended_at timestamptz,
  -- Stripe's, once it ended: cancellation_requested, payment_failed, payment_disputed.
  end_reason text,
  stop_requested_at timestamptz,
  created_at timestamptz not null,
  read_number bigint not null default 0,
  -- Why its end was asked for by itself: the bank took a gift back, or the first debit failed. Null: somebody wanted it, or
  -- it was not.
  stop_reason text check (stop_reason in ('dispute-lost', 'never-paid'))
);
create index subscriptions_created on subscriptions (created_at, id);
create index subscriptions_donor on subscriptions (donor_id);

-- One gift of money. A succeeded gift never goes back; refunds and disputes are facts beside it.
create table donations (
  id text primary key check (id ~ '^don_'),
  kind text not null check (kind in ('one-time', 'recurring')),
  subscription_id text references subscriptions (id),
  donor_id text references donors (id),
  status text not null check (status in ('pending', 'processing', 'succeeded', 'failed', 'expired')),
  currency text not null check (currency ~ '^[a-z]{3}$'),
  -- What the donor pays, fee cover included.
  amount_minor bigint not null check (amount_minor > 0),
  fee_cover_minor bigint not null default 0 check (fee_cover_minor >= 0),
  article_url text,
  article_id text,
  article_title text,
  section text,
  campaign text,
  placement text,
  newsletter text check (newsletter in ('daily', 'weekly')),
  anonymous boolean not null default false,
  message text,
  locale text,
  created_at timestamptz not null,
  -- When Stripe had charged it; a bank debit arrives days after that.
  paid_at timestamptz,
  stripe_payment_intent_id text unique check (stripe_payment_intent_id ~ '^pi_'),
  stripe_charge_id text unique,
  stripe_invoice_id text,
  stripe_balance_transaction_id text unique,
  -- Of a recurring gift: until the next one is due.
  period_end timestamptz,
  -- The currency of our balance at Stripe in which gross, fee and net are counted.
  settlement_currency text,
  -- Of the charge's balance transaction, like fee_minor and net_minor; in settlement_currency. Never changes.
  gross_minor bigint,
  fee_minor bigint,
  net_minor bigint,
  -- When the money may be paid out.
  available_on timestamptz,
  -- The sum of succeeded refunds, in currency.
  refunded_minor bigint not null default 0 check (refunded_minor >= 0),
  -- What succeeded refunds took from the balance, in settlement_currency.
  refunded_settled_minor bigint not null default 0,
  -- Read the payment again then: something of it is still missing.
  follow_up_at timestamptz,
  -- Of the reading of Stripe that this row shows; an older one changes nothing.
  read_number bigint not null default 0,
  -- What its disputes withhold from the balance now, in settlement_currency.
  disputed_minor bigint not null default 0,
  -- What they cost beside that, in settlement_currency.
  dispute_fee_minor bigint not null default 0,
  -- Of its latest dispute, in Stripe's words; null: never disputed.
  dispute_status text,
  -- When a payment that had been on its way was first seen to have succeeded; null: it was paid at once, at paid_at.
  arrived_at timestamptz,
  check ((kind = 'recurring') = (subscription_id is not null)),
  check (status <> 'succeeded' or paid_at is not null and stripe_charge_id is not null),
  check (refunded_minor <= amount_minor),
  check (num_nulls(stripe_balance_transaction_id, settlement_currency, gross_minor, fee_minor, net_minor) in (0, 5)),
  check (net_minor = (gross_minor - fee_minor))
);
create index donations_created on donations (created_at, id);
create index donations_paid on donations (paid_at, id) where paid_at is not null;
create index donations_available on donations (available_on, id) where available_on is not null;
create index donations_subscription on donations (subscription_id) where subscription_id is not null;
create index donations_donor on donations (donor_id);
create index donations_follow_up on donations (follow_up_at) where follow_up_at is not null;
create index donations_article_id on donations (article_id, paid_at) where article_id is not null;
create index donations_campaign on donations (campaign, paid_at) where campaign is not null;
create index donations_not_given on donations (status, created_at, id) where (status in ('processing', 'failed'));
create index donations_article on donations (article_key(article_url) text_pattern_ops, paid_at) where article_url is not null;

create function donations_move_forward()
returns trigger
language plpgsql
as $function$
begin
  if old.status = 'succeeded' and new.status <> 'succeeded' then
    raise exception 'a succeeded donation never goes back (%)', old.id using errcode = 'check_violation';
  end if;
  if new.status = 'pending' and old.status <> 'pending' then
    raise exception 'a donation never becomes pending again (%)', old.id using errcode = 'check_violation';
  end if;
  return new;
end $function$;

create trigger donations_move_forward before update of status on donations
  for each row when (old.status is distinct from new.status) execute function donations_move_forward();

-- A session at Stripe in which one donation, or the first of a subscription, is paid. Written before Stripe is asked.
create table checkouts (
  -- What Stripe is asked under; derived from our row.
  idempotency_key text primary key,
  -- Drawn by the form when it opens: one attempt is paid once.
  attempt text not null,
  donation_id text unique references donations (id),
  subscription_id text unique references subscriptions (id),
  state text not null default 'asking' check (state in ('asking', 'open', 'complete', 'expired')),
  -- SHA-256 of all that the reader asked for: the same again is the same gift.
  wish_hash bytea,
  -- As typed; Stripe's page asks for an e-mail address, not always for a name.
  donor_name text,
  -- Exactly what Stripe is asked with.
  parameters jsonb not null,
  -- Wall time: somebody is asking until then.
  leased_until timestamptz,
  stripe_checkout_session_id text unique check (stripe_checkout_session_id ~ '^cs_'),
  url text,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  -- It is paid, as was found when it was to be closed; whose the gift is stands in it and was not read yet.
  awaits_reading boolean not null default false,
  check (num_nonnulls(donation_id, subscription_id) = 1),
  check ((state not in ('open', 'complete')) or stripe_checkout_session_id is not null)
);
create unique index checkouts_one_live_per_attempt on checkouts (attempt) where state <> 'expired';
create index checkouts_due on checkouts (expires_at) where (state in ('asking', 'open'));
create index checkouts_email on checkouts (lower((parameters ->> 'email'))) where ((parameters ->> 'email') is not null);
create index checkouts_of_people on checkouts (expires_at) where ((donor_name is not null)
    or ((parameters ->> 'email') is not null));

-- Money that went back to the donor, wholly or in part. Only succeeded ones count.
create table refunds (
  id text primary key check (id ~ '^rfd_'),
  donation_id text not null references donations (id),
  status text not null check (status in ('requested', 'unknown', 'pending', 'requires_action', 'succeeded', 'failed',
    'canceled')),
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  -- What left the balance, in the settlement currency.
  settled_minor bigint,
  reason text,
  stripe_refund_id text unique,
  stripe_balance_transaction_id text unique,
  failure_balance_transaction_id text unique,
  created_at timestamptz not null,
  read_number bigint not null default 0,
  -- The API key or person who asked for it here; null: asked elsewhere.
  requested_by text,
  note text,
  -- Which try of asking Stripe this is; its idempotency key is made of our id and this.
  attempt integer not null default 0 check (attempt >= 0),
  -- When that try began, by our clock: its key is not used again after 23 hours.
  asked_at timestamptz,
  -- Wall time: somebody is asking Stripe about it until then.
  leased_until timestamptz,
  -- Stripe's code for why it failed.
  failure_reason text
);
create index refunds_donation on refunds (donation_id);
create index refunds_created on refunds (created_at, id);
create index refunds_waiting on refunds (created_at) where (status in ('requested', 'unknown'));

-- What Stripe moved. Each has exactly one journal.
create table balance_transactions (
  id text primary key check (id ~ '^txn_'),
  type text not null,
  reporting_category text not null,
  source_id text,
  currency text not null,
  -- Signed, in the settlement currency.
  amount_minor bigint not null,
  fee_minor bigint not null,
  net_minor bigint not null,
  exchange_rate numeric,
  available_on timestamptz not null,
  created_at timestamptz not null,
  -- The payout in which it reached the bank; null until there is one.
  payout_id text,
  check (net_minor = (amount_minor - fee_minor))
);
create index balance_transactions_created on balance_transactions (created_at, id);
create index balance_transactions_payout on balance_transactions (payout_id) where payout_id is not null;
create index balance_transactions_source on balance_transactions (source_id);

-- One event in the books, with entries that sum to zero per currency. Only ever added, never changed.
create table ledger_journals (
  id text primary key check (id ~ '^jrn_'),
  -- Without gaps and in the order of commits: "everything after N" misses nothing.
  "position" bigint not null unique check ("position" > 0),
  kind text not null,
  -- Stripe's clock.
  occurred_at timestamptz not null,
  -- A day in the newsroom's time zone; never changed.
  booked_on date not null,
  stripe_balance_transaction_id text unique references balance_transactions (id),
  stripe_source_id text,
  donation_id text references donations (id),
  refund_id text references refunds (id),
  dispute_id text,
  payout_id text,
  memo text not null,
  -- The transaction that wrote it; entries join only in the same one.
  written_by xid8 not null default pg_current_xact_id()
);
create index ledger_journals_booked on ledger_journals (booked_on, "position");
create index ledger_journals_donation on ledger_journals (donation_id);
create index ledger_journals_payout on ledger_journals (payout_id) where payout_id is not null;
create index ledger_journals_dispute on ledger_journals (dispute_id) where dispute_id is not null;

-- One line of a journal.
create table ledger_entries (
  journal_id text not null references ledger_journals (id),
  line smallint not null check (line > 0),
  account text not null check (account in ('stripe_balance', 'bank', 'donations', 'other_income', 'stripe_fees',
    'refunds', 'disputes', 'dispute_fees', 'opening_balance', 'other')),
  currency text not null,
  -- Debits are positive, credits negative.
  amount_minor bigint not null check (amount_minor <> 0),
  primary key (journal_id, line)
);
create index ledger_entries_account on ledger_entries (account, currency);

create function ledger_is_append_only()
returns trigger
language plpgsql
as $function$
begin
  raise exception 'the ledger is only ever added to: % on % refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end $function$;

create trigger ledger_journals_append_only before delete or update or truncate on ledger_journals
  for each statement execute function ledger_is_append_only();

create trigger ledger_entries_append_only before delete or update or truncate on ledger_entries
  for each statement execute function ledger_is_append_only();

create function ledger_entry_joins_its_own_journal()
returns trigger
language plpgsql
as $function$
begin
  if not exists (select from ledger_journals where id = new.journal_id and written_by = pg_current_xact_id()) then
    raise exception 'journal % is written already', new.journal_id using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;

create trigger ledger_entries_join_own_journal before insert on ledger_entries
  for each row execute function ledger_entry_joins_its_own_journal();

create function ledger_journal_balances()
returns trigger
language plpgsql
as $function$
begin
  if not exists (select from ledger_entries where journal_id = new.id) then
    raise exception 'journal % has no entries', new.id using errcode = 'check_violation';
  end if;
  if exists (select from ledger_entries where journal_id = new.id group by currency having sum(amount_minor) <> 0) then
    raise exception 'journal % does not balance', new.id using errcode = 'check_violation';
  end if;
  return null;
end $function$;

create constraint trigger ledger_journals_balance after insert on ledger_journals deferrable initially deferred
  for each row execute function ledger_journal_balances();

-- Every letter that is to be sent, with its exact words; sent by a job.
create table mails (
  id text primary key check (id ~ '^mail_'),
  kind text not null,
  -- The receipt, gift, subscription, invoice or sign-up it is about, or the kind of alarm.
  subject_id text not null,
  -- One mail for each fact.
  dedupe_key text not null unique,
  -- Empty, like the rest of its words, once it is forgotten.
  to_address text not null,
  subject text not null,
  text_body text not null,
  html_body text not null,
  headers jsonb not null default '{}',
  message_id text not null unique,
  created_at timestamptz not null,
  sent_at timestamptz,
  given_up_at timestamptz,
  -- refused: there is no such address; failed: tried to the end; overtaken: it is true no more; restored: it was sent before
  -- a backup was restored.
  given_up_why text check (given_up_why in ('refused', 'failed', 'overtaken', 'restored'))
);
create index mails_unsent on mails (created_at) where ((sent_at is null) and (given_up_at is null));
create index mails_address on mails (lower(to_address)) where to_address <> '';
create index mails_of_people on mails (created_at) where to_address <> '';

-- A numbered document per gift, corrected by a further one, never edited. The number is drawn in the transaction that makes
-- the gift succeeded; the letter is written and mailed by a job afterwards.
create table receipts (
  id text primary key check (id ~ '^rcp_'),
  -- Of issue, in the newsroom's time zone.
  year smallint not null,
  sequence integer not null check (sequence > 0),
  number text not null generated always as ((year::text || '-') ||
    case when sequence < 1000000 then lpad(sequence::text, 6, '0') else sequence::text end) stored unique,
  kind text not null check (kind in ('gift', 'correction')),
  donation_id text not null references donations (id),
  refund_id text unique references refunds (id),
  corrects_receipt_id text references receipts (id),
  currency text not null,
  -- Of the gift.
  amount_minor bigint not null check (amount_minor > 0),
  -- In all, when this was issued.
  refunded_minor bigint not null default 0 check (refunded_minor >= 0),
  issued_at timestamptz not null,
  written_at timestamptz,
  -- As sent.
  subject text,
  text_body text,
  html_body text,
  -- Null: no address is known.
  mail_id text references mails (id),
  -- The dispute that a correction is for.
  dispute_id text,
  -- In all, in the gift's currency, when this was issued.
  disputed_minor bigint not null default 0 check (disputed_minor >= 0),
  unique (year, sequence),
  check ((kind = 'correction') = (corrects_receipt_id is not null))
);
create unique index receipts_one_per_gift on receipts (donation_id) where kind = 'gift';
create index receipts_donation on receipts (donation_id);

create function receipts_are_kept_as_sent()
returns trigger
language plpgsql
as $function$
begin
  if tg_op = 'DELETE' or old.written_at is not null
    or (new.id, new.year, new.sequence, new.kind, new.donation_id, new.currency, new.amount_minor, new.refunded_minor, new.issued_at)
      is distinct from (old.id, old.year, old.sequence, old.kind, old.donation_id, old.currency, old.amount_minor, old.refunded_minor, old.issued_at)
  then
    raise exception 'receipt % is issued and never edited', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;

create trigger receipts_are_kept_as_sent before delete or update on receipts
  for each row execute function receipts_are_kept_as_sent();

-- Receipt numbers that may have been given out after the backup was made that this database was restored from: never given
-- again.
create table receipt_gaps (
  year smallint not null,
  after_sequence integer not null check (after_sequence >= 0),
  up_to_sequence integer not null,
  noted_at timestamptz not null,
  primary key (year, after_sequence),
  check (up_to_sequence > after_sequence)
);

-- A visitor is a hash of source and agent under the salt of the day; once the salt is thrown away it leads to nobody.
create table visitor_salts (
  day date primary key,
  salt bytea not null
);

-- Whether an article helped: one changeable answer a visitor, article and day.
create table votes (
  day date not null,
  visitor_hash bytea not null,
  article_url text not null,
  article_id text,
  helpful boolean not null,
  comment text,
  voted_at timestamptz not null,
  primary key (day, visitor_hash, article_url)
);
create index votes_voted on votes (voted_at);
create index votes_article on votes (article_key(article_url), day);

-- Who wants the newsletter. An address counts once it was confirmed from its mailbox.
create table signups (
  id text primary key check (id ~ '^sgn_'),
  email text not null,
  email_key text not null unique,
  frequency text not null check (frequency in ('daily', 'weekly')),
  offers boolean not null,
  status text not null check (status in ('pending', 'confirmed', 'left')),
  -- The words that were agreed to.
  consent_text text not null,
  locale text,
  article_url text,
  requested_at timestamptz not null,
  -- One mail per address per 15 minutes.
  confirmation_asked_at timestamptz not null,
  -- What is asked for, until it is confirmed or the address leaves.
  wish jsonb,
  confirmed_at timestamptz,
  left_at timestamptz
);
create index signups_requested on signups (requested_at, id);

-- Answers to requests that carry an Idempotency-Key, for 24 hours.
create table stored_answers (
  -- Route and caller.
  scope text not null,
  key_hash bytea not null,
  request_hash bytea not null,
  leased_until timestamptz,
  status smallint,
  headers jsonb,
  body text,
  created_at timestamptz not null default now(),
  primary key (scope, key_hash)
);
create index stored_answers_created on stored_answers (created_at);

-- How often something was done within a window, by what it is limited by.
create table rate_limits (
  key text primary key,
  points integer not null default 0,
  expire bigint
);

-- Keys for programs and people who may look; the key itself is nowhere.
create table api_keys (
  id text primary key check (id ~ '^key_'),
  name text not null,
  -- SHA-256 of a key of 256 random bits.
  key_hash bytea not null unique,
  role text not null check (role in ('finance', 'admin')),
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- Every export that was asked for: who, what, how many rows, and the hash of what was sent.
create table export_runs (
  id text primary key check (id ~ '^exp_'),
  report text not null,
  format text not null,
  filters jsonb not null,
  -- The API key, or the shell.
  asked_by text not null,
  -- How many stood open between our books and Stripe when it was made.
  differences integer not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  row_count bigint,
  byte_count bigint,
  sha256 text,
  totals jsonb,
  failed_at timestamptz
);
create index export_runs_started on export_runs (started_at);

-- What was switched off or on by hand; a name without a row is on.
create table switches (
  -- An interval, or all of giving.
  name text primary key check (name in ('giving', 'once', 'month', 'year')),
  is_on boolean not null,
  why text not null,
  changed_at timestamptz not null
);

-- Gifts that were begun, for a day: from which source, as a hash under the salt of the day.
create table gift_starts (
  id uuid default gen_random_uuid() primary key,
  source_hash bytea not null,
  -- Null until Stripe has made its page.
  gift_id text,
  -- A proof of work came with it.
  is_proved boolean not null,
  started_at timestamptz not null default clock_timestamp()
);
create index gift_starts_started on gift_starts (started_at);
create index gift_starts_source on gift_starts (source_hash, started_at);
create index gift_starts_gift on gift_starts (gift_id);

-- Cards that were declined on our payment pages, for a day, as Stripe told us.
create table declines (
  event_id text primary key,
  -- Null on the page of a recurring gift: Stripe says whose it is only once it is paid.
  gift_id text,
  declined_at timestamptz not null
);
create index declines_declined on declines (declined_at);
create index declines_gift on declines (gift_id);

-- When the brake on giving was on; a person is told once of each.
create table brakes (
  began_at timestamptz primary key,
  last_on_at timestamptz not null
);

-- The last ten minutes of giving, by what Stripe told us. The brake is on while more gifts stand unpaid than most_unpaid
-- and three for each that was paid, or more cards are declined than gifts paid; gifts that came with a proof of work count
-- apart.
create function giving_now(most_unpaid integer)
returns table(unpaid integer, paid integer, proved_unpaid integer, paid_in_all integer, declined integer, is_braked boolean)
language sql
stable
as $function$
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
$function$;

-- A donor's bank asks for money back. An inquiry (warning_…) moves none.
create table disputes (
  -- Stripe's.
  id text primary key check (id ~ '^d[up]_'),
  -- Null: of a payment that is no gift here.
  donation_id text references donations (id),
  stripe_charge_id text not null,
  stripe_payment_intent_id text,
  status text not null check (status in ('warning_needs_response', 'warning_under_review', 'warning_closed',
    'needs_response', 'under_review', 'won', 'lost', 'prevented', 'appeal_needs_response', 'appeal_under_review')),
  reason text not null,
  currency text not null check (currency ~ '^[a-z]{3}$'),
  -- What is disputed, in currency.
  amount_minor bigint not null check (amount_minor >= 0),
  settlement_currency text,
  -- What the balance lacks by it now, without fees, in settlement_currency: 0 again once it was won.
  withdrawn_minor bigint not null default 0,
  -- What Stripe keeps for it now, in settlement_currency.
  fee_minor bigint not null default 0,
  -- Until when evidence is taken; null where none is wanted any more.
  respond_by timestamptz,
  created_at timestamptz not null,
  read_number bigint not null default 0,
  check (settlement_currency is not null or withdrawn_minor = 0 and fee_minor = 0)
);
create index disputes_donation on disputes (donation_id);
create index disputes_created on disputes (created_at, id);

-- A bank calls a payment fraud before it is disputed; a refund now saves the dispute's fee.
create table early_fraud_warnings (
  id text primary key check (id ~ '^issfr_'),
  donation_id text references donations (id),
  stripe_charge_id text not null,
  fraud_type text not null,
  -- Neither refunded nor disputed yet.
  actionable boolean not null,
  created_at timestamptz not null,
  read_number bigint not null default 0
);
create index early_fraud_warnings_donation on early_fraud_warnings (donation_id);

-- What Stripe sent to the newsroom's bank. One that was paid may still fail.
create table payouts (
  id text primary key check (id ~ '^po_'),
  status text not null check (status in ('pending', 'in_transit', 'paid', 'failed', 'canceled')),
  currency text not null check (currency ~ '^[a-z]{3}$'),
  -- In currency, the balance's own; negative where Stripe collected from the bank.
  amount_minor bigint not null,
  automatic boolean not null,
  reconciliation_status text not null,
  -- A day in UTC, as Stripe gives it.
  arrival_on date not null,
  failure_code text,
  stripe_balance_transaction_id text,
  failure_balance_transaction_id text,
  -- When the balance transactions that it is made of were last read whole; they carry its id. Null: not yet.
  lines_read_at timestamptz,
  -- Read them then; null: nothing of them is missing, or Stripe cannot tell them yet.
  lines_due_at timestamptz,
  created_at timestamptz not null,
  read_number bigint not null default 0
);
create index payouts_arrival on payouts (arrival_on, id);
create index payouts_lines_due on payouts (lines_due_at) where lines_due_at is not null;

-- What Stripe held when these books began, one row a settlement currency; what it moved before is not booked.
create table opening_balances (
  currency text primary key check (currency ~ '^[a-z]{3}$'),
  amount_minor bigint not null,
  cut_over_at timestamptz not null,
  -- Null where nothing was held.
  journal_id text unique references ledger_journals (id)
);

-- Whether what Stripe moved then is in the opening balance, and so not booked. A currency that was not held then began with
-- the others.
create function is_before_the_books(settlement_currency text, at timestamptz)
returns boolean
language sql
stable
as $function$
  select coalesce(at < (
    select coalesce(max(cut_over_at) filter (where currency = settlement_currency), max(cut_over_at)) from opening_balances
  ), false)
$function$;

-- What is due by itself: when it last ran, by the wall clock, and what it must remember.
create table sweep_runs (
  name text primary key,
  every_seconds integer not null,
  started_at timestamptz not null,
  -- When it last ended well.
  finished_at timestamptz,
  failed_at timestamptz,
  -- Its own: a cursor, or a difference that counts only when it is found again.
  state jsonb not null default '{}'
);

-- What a person must know: mailed once when it begins, then in a digest a day while it goes on.
create table alarms (
  kind text not null,
  subject text not null,
  detail text not null,
  began_at timestamptz not null,
  last_seen_at timestamptz not null,
  mailed_at timestamptz,
  ended_at timestamptz,
  primary key (kind, subject, began_at)
);
create unique index alarms_standing on alarms (kind, subject) where ended_at is null;

-- Who of the staff did what, and what they looked up. Never changed; no personal data.
create table audit_entries (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  -- The API key or person.
  actor text not null,
  action text not null,
  object_id text,
  detail jsonb not null default '{}'
);
create index audit_entries_object on audit_entries (object_id, at);

create function audit_is_append_only()
returns trigger
language plpgsql
as $function$
begin
  raise exception 'the audit trail is only ever added to' using errcode = 'restrict_violation';
end $function$;

create trigger audit_entries_append_only before delete or update or truncate on audit_entries
  for each statement execute function audit_is_append_only();

-- Tombstones: whoever of this address gave before that instant is this donor without a name, however often Stripe is read.
create table erasures (
  -- SHA-256 of the installation's salt and the address, trimmed, in lower case.
  email_hash bytea primary key,
  donor_id text not null references donors (id),
  erased_at timestamptz not null
);
