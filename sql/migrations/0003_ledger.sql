-- Double entry. A journal is a balanced set of entries; both are only ever added.

create table balance_transactions (
  id text primary key check (id ~ '^txn_'),
  type text not null,
  reporting_category text not null,
  source_id text,
  currency text not null,
  amount_minor bigint not null,
  fee_minor bigint not null,
  net_minor bigint not null,
  exchange_rate numeric,
  available_on timestamptz not null,
  created_at timestamptz not null,
  payout_id text,
  check (net_minor = amount_minor - fee_minor)
);
comment on table balance_transactions is 'What Stripe moved. Each has exactly one journal.';
comment on column balance_transactions.amount_minor is 'Signed, in the settlement currency.';
comment on column balance_transactions.payout_id is 'The payout in which it reached the bank; null until there is one.';
create index balance_transactions_created on balance_transactions (created_at, id);
create unique index balance_transactions_payouts on balance_transactions (source_id) where type = 'payout';
create index balance_transactions_payout on balance_transactions (payout_id) where payout_id is not null;

create table ledger_journals (
  id text primary key check (id ~ '^jrn_'),
  position bigint not null unique check (position > 0),
  kind text not null,
  occurred_at timestamptz not null,
  booked_on date not null,
  stripe_balance_transaction_id text unique references balance_transactions (id),
  stripe_source_id text,
  donation_id text references donations (id),
  refund_id text references refunds (id),
  dispute_id text,
  payout_id text,
  memo text not null,
  written_by xid8 not null default pg_current_xact_id()
);
comment on table ledger_journals is
  'One event in the books, with entries that sum to zero per currency. Only ever added, never changed.';
comment on column ledger_journals.position is 'Without gaps and in the order of commits: "everything after N" misses nothing.';
comment on column ledger_journals.occurred_at is 'Stripe''s clock.';
comment on column ledger_journals.booked_on is 'A day in the newsroom''s time zone; never changed.';
comment on column ledger_journals.written_by is 'The transaction that wrote it; entries join only in the same one.';
create index ledger_journals_booked on ledger_journals (booked_on, position);
create index ledger_journals_donation on ledger_journals (donation_id);

create table ledger_entries (
  journal_id text not null references ledger_journals (id),
  line smallint not null check (line > 0),
  account text not null check (account in ('stripe_balance', 'bank', 'donations', 'other_income', 'stripe_fees', 'refunds',
    'disputes', 'dispute_fees', 'opening_balance', 'other')),
  currency text not null,
  amount_minor bigint not null check (amount_minor <> 0),
  primary key (journal_id, line)
);
comment on table ledger_entries is 'One line of a journal.';
comment on column ledger_entries.amount_minor is 'Debits are positive, credits negative.';
create index ledger_entries_account on ledger_entries (account, currency);

create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is only ever added to: % on % refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger ledger_journals_append_only before update or delete or truncate on ledger_journals
  for each statement execute function ledger_is_append_only();
create trigger ledger_entries_append_only before update or delete or truncate on ledger_entries
  for each statement execute function ledger_is_append_only();

create function ledger_entry_joins_its_own_journal() returns trigger language plpgsql as $$
begin
  if not exists (select from ledger_journals where id = new.journal_id and written_by = pg_current_xact_id()) then
    raise exception 'journal % is written already', new.journal_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger ledger_entries_join_own_journal before insert on ledger_entries
  for each row execute function ledger_entry_joins_its_own_journal();

create function ledger_journal_balances() returns trigger language plpgsql as $$
begin
  if not exists (select from ledger_entries where journal_id = new.id) then
    raise exception 'journal % has no entries', new.id using errcode = 'check_violation';
  end if;
  if exists (select from ledger_entries where journal_id = new.id group by currency having sum(amount_minor) <> 0) then
    raise exception 'journal % does not balance', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger ledger_journals_balance after insert on ledger_journals
  deferrable initially deferred for each row execute function ledger_journal_balances();
