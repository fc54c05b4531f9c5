-- Who gives, what is given, and the sessions in which it is paid.

create table donors (
  id text primary key check (id ~ '^dnr_'),
  email text,
  email_key text unique,
  name text,
  locale text,
  created_at timestamptz not null,
  erased_at timestamptz
);
comment on table donors is 'Who gives. An erased one keeps its row, without e-mail and name, so that its gifts keep theirs.';
comment on column donors.email_key is 'Lower case, trimmed: one donor an address.';

create table donor_stripe_customers (
  stripe_customer_id text primary key check (stripe_customer_id ~ '^cus_'),
  donor_id text not null references donors (id)
);
comment on table donor_stripe_customers is
  'One donor has many Stripe customers: Checkout makes a new one for each session that needs one.';
create index donor_stripe_customers_donor on donor_stripe_customers (donor_id);

create table subscriptions (
  id text primary key check (id ~ '^rec_'),
  donor_id text references donors (id),
  status text not null check (status in ('pending', 'expired', 'incomplete', 'incomplete_expired', 'trialing', 'active',
    'past_due', 'canceled', 'unpaid', 'paused')),
  "interval" text not null check ("interval" in ('month', 'year')),
  currency text not null check (currency ~ '^[a-z]{3}$'),
  amount_minor bigint not null check (amount_minor > 0),
  fee_cover_minor bigint not null default 0 check (fee_cover_minor >= 0),
  article_url text, article_id text, article_title text, section text, campaign text, placement text,
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
  end_reason text,
  stop_requested_at timestamptz,
  created_at timestamptz not null,
  read_number bigint not null default 0
);
comment on table subscriptions is 'A recurring donation. Each paid invoice of it is one donation.';
comment on column subscriptions.amount_minor is 'What is charged each time, fee cover included.';
comment on column subscriptions.end_reason is 'Stripe''s, once it ended: cancellation_requested, payment_failed, payment_disputed.';
create index subscriptions_created on subscriptions (created_at, id);
create index subscriptions_donor on subscriptions (donor_id);

create table donations (
  id text primary key check (id ~ '^don_'),
  kind text not null check (kind in ('one-time', 'recurring')),
  subscription_id text references subscriptions (id),
  donor_id text references donors (id),
  status text not null check (status in ('pending', 'processing', 'succeeded', 'failed', 'expired')),
  currency text not null check (currency ~ '^[a-z]{3}$'),
  amount_minor bigint not null check (amount_minor > 0),
  fee_cover_minor bigint not null default 0 check (fee_cover_minor >= 0),
  article_url text, article_id text, article_title text, section text, campaign text, placement text,
  newsletter text check (newsletter in ('daily', 'weekly')),
  anonymous boolean not null default false,
  message text,
  locale text,
  created_at timestamptz not null,
  paid_at timestamptz,
  stripe_payment_intent_id text unique check (stripe_payment_intent_id ~ '^pi_'),
  stripe_charge_id text unique,
  stripe_invoice_id text,
  stripe_balance_transaction_id text unique,
  period_end timestamptz,
  settlement_currency text,
  gross_minor bigint, fee_minor bigint, net_minor bigint,
  available_on timestamptz,
  refunded_minor bigint not null default 0 check (refunded_minor >= 0),
  refunded_settled_minor bigint not null default 0,
  follow_up_at timestamptz,
  read_number bigint not null default 0,
  check ((kind = 'recurring') = (subscription_id is not null)),
  check (status <> 'succeeded' or (paid_at is not null and stripe_charge_id is not null)),
  check (refunded_minor <= amount_minor),
  check (num_nulls(stripe_balance_transaction_id, settlement_currency, gross_minor, fee_minor, net_minor) in (0, 5)),
  check (net_minor = gross_minor - fee_minor)
);
comment on table donations is 'One gift of money. A succeeded gift never goes back; refunds and disputes are facts beside it.';
comment on column donations.amount_minor is 'What the donor pays, fee cover included.';
comment on column donations.paid_at is 'When Stripe had the money.';
comment on column donations.period_end is 'Of a recurring gift: until the next one is due.';
comment on column donations.settlement_currency is
  'The currency of our balance at Stripe in which gross, fee and net are counted.';
comment on column donations.gross_minor is
  'Of the charge''s balance transaction, like fee_minor and net_minor; in settlement_currency. Never changes.';
comment on column donations.available_on is 'When the money may be paid out.';
comment on column donations.refunded_minor is 'The sum of succeeded refunds, in currency.';
comment on column donations.refunded_settled_minor is 'What succeeded refunds took from the balance, in settlement_currency.';
comment on column donations.follow_up_at is 'Read the payment again then: something of it is still missing.';
comment on column donations.read_number is 'Of the reading of Stripe that this row shows; an older one changes nothing.';
create index donations_created on donations (created_at, id);
create index donations_paid on donations (paid_at, id) where paid_at is not null;
create index donations_available on donations (available_on, id) where available_on is not null;
create index donations_subscription on donations (subscription_id) where subscription_id is not null;
create index donations_donor on donations (donor_id);
create index donations_follow_up on donations (follow_up_at) where follow_up_at is not null;

create function donations_move_forward() returns trigger language plpgsql as $$
begin
  if old.status = 'succeeded' and new.status <> 'succeeded' then
    raise exception 'a succeeded donation never goes back (%)', old.id using errcode = 'check_violation';
  end if;
  if new.status = 'pending' and old.status <> 'pending' then
    raise exception 'a donation never becomes pending again (%)', old.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger donations_move_forward before update of status on donations
  for each row when (old.status is distinct from new.status) execute function donations_move_forward();

create table checkouts (
  idempotency_key text primary key,
  attempt text not null,
  donation_id text unique references donations (id),
  subscription_id text unique references subscriptions (id),
  state text not null default 'asking' check (state in ('asking', 'open', 'complete', 'expired')),
  wish_hash bytea,
  donor_name text,
  parameters jsonb not null,
  leased_until timestamptz,
  stripe_checkout_session_id text unique check (stripe_checkout_session_id ~ '^cs_'),
  url text,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  check (num_nonnulls(donation_id, subscription_id) = 1),
  check (state not in ('open', 'complete') or stripe_checkout_session_id is not null)
);
comment on table checkouts is
  'A session at Stripe in which one donation, or the first of a subscription, is paid. Written before Stripe is asked.';
comment on column checkouts.idempotency_key is 'What Stripe is asked under; derived from our row.';
comment on column checkouts.attempt is 'Drawn by the form when it opens: one attempt is paid once.';
comment on column checkouts.wish_hash is 'SHA-256 of all that the reader asked for: the same again is the same gift.';
comment on column checkouts.donor_name is 'As typed; Stripe''s page asks for an e-mail address, not always for a name.';
comment on column checkouts.parameters is 'Exactly what Stripe is asked with.';
comment on column checkouts.leased_until is 'Wall time: somebody is asking until then.';
create unique index checkouts_one_live_per_attempt on checkouts (attempt) where state <> 'expired';
create index checkouts_due on checkouts (expires_at) where state in ('asking', 'open');

create table refunds (
  id text primary key check (id ~ '^rfd_'),
  donation_id text not null references donations (id),
  status text not null check (status in ('requested', 'unknown', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled')),
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  settled_minor bigint,
  reason text,
  stripe_refund_id text unique,
  stripe_balance_transaction_id text unique,
  failure_balance_transaction_id text unique,
  created_at timestamptz not null,
  read_number bigint not null default 0
);
comment on table refunds is 'Money that went back to the donor, wholly or in part. Only succeeded ones count.';
comment on column refunds.settled_minor is 'What left the balance, in the settlement currency.';
create index refunds_donation on refunds (donation_id);
create index refunds_created on refunds (created_at, id);
