-- What Stripe moves besides gifts and refunds, and how the books are compared with it.

-- Disputes and warnings of fraud

create table disputes (
  id text primary key check (id ~ '^d[up]_'),
  donation_id text references donations (id),
  stripe_charge_id text not null,
  stripe_payment_intent_id text,
  status text not null check (status in ('warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response',
    'under_review', 'won', 'lost', 'prevented', 'appeal_needs_response', 'appeal_under_review')),
  reason text not null,
  currency text not null check (currency ~ '^[a-z]{3}$'),
  amount_minor bigint not null check (amount_minor >= 0),
  settlement_currency text,
  withdrawn_minor bigint not null default 0,
  fee_minor bigint not null default 0,
  respond_by timestamptz,
  created_at timestamptz not null,
  read_number bigint not null default 0,
  check (settlement_currency is not null or (withdrawn_minor = 0 and fee_minor = 0))
);
comment on table disputes is 'A donor''s bank asks for money back. An inquiry (warning_…) moves none.';
comment on column disputes.id is 'Stripe''s.';
comment on column disputes.donation_id is 'Null: of a payment that is no gift here.';
comment on column disputes.amount_minor is 'What is disputed, in currency.';
comment on column disputes.withdrawn_minor is
  'What the balance lacks by it now, without fees, in settlement_currency: 0 again once it was won.';
comment on column disputes.fee_minor is 'What Stripe keeps for it now, in settlement_currency.';
comment on column disputes.respond_by is 'Until when evidence is taken; null where none is wanted any more.';
create index disputes_donation on disputes (donation_id);
create index disputes_created on disputes (created_at, id);

create table early_fraud_warnings (
  id text primary key check (id ~ '^issfr_'),
  donation_id text references donations (id),
  stripe_charge_id text not null,
  fraud_type text not null,
  actionable boolean not null,
  created_at timestamptz not null,
  read_number bigint not null default 0
);
comment on table early_fraud_warnings is 'A bank calls a payment fraud before it is disputed; a refund now saves the dispute''s fee.';
comment on column early_fraud_warnings.actionable is 'Neither refunded nor disputed yet.';
create index early_fraud_warnings_donation on early_fraud_warnings (donation_id);

alter table donations
  add column disputed_minor bigint not null default 0,
  add column dispute_fee_minor bigint not null default 0,
  add column dispute_status text;
comment on column donations.disputed_minor is 'What its disputes withhold from the balance now, in settlement_currency.';
comment on column donations.dispute_fee_minor is 'What they cost beside that, in settlement_currency.';
comment on column donations.dispute_status is 'Of its latest dispute, in Stripe''s words; null: never disputed.';

-- A lost dispute corrects the receipt as a refund does.
alter table receipts add column dispute_id text;
alter table receipts add column disputed_minor bigint not null default 0 check (disputed_minor >= 0);
comment on column receipts.dispute_id is 'The dispute that a correction is for.';
comment on column receipts.disputed_minor is 'In all, in the gift''s currency, when this was issued.';

-- Refunds that staff ask for

alter table refunds
  add column requested_by text,
  add column note text,
  add column attempt integer not null default 0 check (attempt >= 0),
  add column asked_at timestamptz,
  add column leased_until timestamptz,
  add column failure_reason text;
comment on column refunds.requested_by is 'The API key or person who asked for it here; null: asked elsewhere.';
comment on column refunds.attempt is 'Which try of asking Stripe this is; its idempotency key is made of our id and this.';
comment on column refunds.asked_at is 'When that try began, by our clock: its key is not used again after 23 hours.';
comment on column refunds.leased_until is 'Wall time: somebody is asking Stripe about it until then.';
comment on column refunds.failure_reason is 'Stripe''s code for why it failed.';
create index refunds_waiting on refunds (created_at) where status in ('requested', 'unknown');

-- Payouts and their lines

create table payouts (
  id text primary key check (id ~ '^po_'),
  status text not null check (status in ('pending', 'in_transit', 'paid', 'failed', 'canceled')),
  currency text not null check (currency ~ '^[a-z]{3}$'),
  amount_minor bigint not null,
  automatic boolean not null,
  reconciliation_status text not null,
  arrival_on date not null,
  failure_code text,
  stripe_balance_transaction_id text,
  failure_balance_transaction_id text,
  lines_read_at timestamptz,
  lines_due_at timestamptz,
  created_at timestamptz not null,
  read_number bigint not null default 0
);
comment on table payouts is 'What Stripe sent to the newsroom''s bank. One that was paid may still fail.';
comment on column payouts.amount_minor is 'In currency, the balance''s own; negative where Stripe collected from the bank.';
comment on column payouts.arrival_on is 'A day in UTC, as Stripe gives it.';
comment on column payouts.lines_read_at is
  'When the balance transactions that it is made of were last read whole; they carry its id. Null: not yet.';
create index payouts_arrival on payouts (arrival_on, id);
comment on column payouts.lines_due_at is 'Read them then; null: nothing of them is missing, or Stripe cannot tell them yet.';
create index payouts_lines_due on payouts (lines_due_at) where lines_due_at is not null;

drop index balance_transactions_payouts; -- reports know a payout by its own row
create index balance_transactions_source on balance_transactions (source_id);
create index ledger_journals_payout on ledger_journals (payout_id) where payout_id is not null;
create index ledger_journals_dispute on ledger_journals (dispute_id) where dispute_id is not null;

-- The beginning of the books

create table opening_balances (
  currency text primary key check (currency ~ '^[a-z]{3}$'),
  amount_minor bigint not null,
  cut_over_at timestamptz not null,
  journal_id text unique references ledger_journals (id)
);
comment on table opening_balances is
  'What Stripe held when these books began, one row a settlement currency; what it moved before is not booked.';
comment on column opening_balances.journal_id is 'Null where nothing was held.';

create function is_before_the_books(settlement_currency text, at timestamptz) returns boolean language sql stable as $$
  select coalesce(at < (
    select coalesce(max(cut_over_at) filter (where currency = settlement_currency), max(cut_over_at)) from opening_balances
  ), false)
$$;
comment on function is_before_the_books is
  'Whether what Stripe moved then is in the opening balance, and so not booked. A currency that was not held then began with the others.';

-- Comparing with Stripe

alter table inbox_events add column source text not null default 'webhook' check (source in ('webhook', 'sweep'));
comment on column inbox_events.source is 'sweep: Stripe''s webhook never came, and it was found by asking.';

create table sweep_runs (
  name text primary key,
  every_seconds integer not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  failed_at timestamptz,
  state jsonb not null default '{}'
);
comment on table sweep_runs is 'What is due by itself: when it last ran, by the wall clock, and what it must remember.';
comment on column sweep_runs.finished_at is 'When it last ended well.';
comment on column sweep_runs.state is 'Its own: a cursor, or a difference that counts only when it is found again.';

alter table discrepancies
  add column currency text,
  add column ours_minor bigint,
  add column theirs_minor bigint,
  add column last_seen_at timestamptz not null default now();
comment on column discrepancies.object_id is 'Stripe''s id of what differs, or our own where Stripe has none.';
comment on column discrepancies.ours_minor is 'In our books; null where nothing is there, or where it is not about an amount.';
comment on column discrepancies.theirs_minor is 'At Stripe.';
comment on column discrepancies.resolved_at is 'When a later comparison no longer found it; null: it stands.';

-- Telling a person

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
comment on table alarms is 'What a person must know: mailed once when it begins, then in a digest a day while it goes on.';
create unique index alarms_standing on alarms (kind, subject) where ended_at is null;
