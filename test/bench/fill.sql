-- Books of many whole gifts over two years, each with its donor, checkout, balance transaction, journal, receipt and event.
-- :gifts says how many. Constraints of single rows are checked as ever; triggers are left out for speed, and
-- what they demand (balanced journals, gapless numbers) holds by construction.
set session_replication_role = replica;
create temporary table gift as
select n, '2025-01-01T08:00:00Z'::timestamptz + (case when n * 2 <= :gifts then n * 2 * interval '360 days' / :gifts
    else interval '365 days' + (n * 2 - :gifts) * interval '300 days' / :gifts end) as paid_at,
  500 + (n % 40) * 250 as amount, 25 + (500 + (n % 40) * 250) * 3 / 200 as fee
from generate_series(1, :gifts) n;
insert into donors (id, email, email_key, name, created_at)
select 'dnr_' || n, 'reader-' || n || '@example.net', 'reader-' || n || '@example.net', 'Reader ' || n, paid_at from gift;
insert into donations (id, kind, donor_id, status, currency, amount_minor, article_url, article_id, article_title, section, campaign,
  placement, locale, created_at, paid_at, stripe_payment_intent_id, stripe_charge_id, stripe_balance_transaction_id,
  settlement_currency, gross_minor, fee_minor, net_minor, available_on, read_number)
select 'don_f' || n, 'one-time', 'dnr_' || n, 'succeeded', 'eur', amount, 'https://www.example.org/article-' || n % 500, 'a-' || n % 500,
  'Article number ' || n % 500, 'Harbour', 'autumn', 'end-of-article', 'en', paid_at, paid_at, 'pi_f' || n, 'ch_f' || n, 'txn_f' || n,
  'eur', amount, fee, amount - fee, paid_at + interval '2 days', 1 from gift;
insert into checkouts (idempotency_key, attempt, donation_id, state, parameters, stripe_checkout_session_id, expires_at, created_at)
select 'checkout-don_f' || n, 'att_f' || n, 'don_f' || n, 'complete', '{}', 'cs_f' || n, paid_at + interval '1 day', paid_at from gift;
insert into balance_transactions (id, type, reporting_category, source_id, currency, amount_minor, fee_minor, net_minor, available_on,
  created_at)
select 'txn_f' || n, 'charge', 'charge', 'ch_f' || n, 'eur', amount, fee, amount - fee, paid_at + interval '2 days', paid_at from gift;
insert into ledger_journals (id, position, kind, occurred_at, booked_on, stripe_balance_transaction_id, stripe_source_id, donation_id, memo)
select 'jrn_f' || n, n, 'gift', paid_at, paid_at::date, 'txn_f' || n, 'ch_f' || n, 'don_f' || n, 'Gift don_f' || n from gift;
insert into ledger_entries (journal_id, line, account, currency, amount_minor)
select 'jrn_f' || n, line, account, 'eur', minor from gift cross join lateral (values
  (1, 'stripe_balance', amount - fee), (2, 'stripe_fees', fee), (3, 'donations', -amount)) entry (line, account, minor);
insert into receipts (id, year, sequence, kind, donation_id, currency, amount_minor, issued_at, written_at)
select 'rcp_f' || n, 2025 + (n * 2 > :gifts)::int, case when n * 2 > :gifts then n - :gifts / 2 else n end, 'gift', 'don_f' || n, 'eur',
  amount, paid_at, paid_at from gift;
insert into inbox_events (id, type, subject, stripe_customer_id, state, livemode, api_version, created_at, received_at, due_at, done_at)
select 'evt_f' || n, 'payment_intent.succeeded', 'pi_f' || n, 'cus_f' || n, 'done', false, '2026-10-28.endive', paid_at, paid_at, paid_at,
  paid_at from gift;
update counters set value = :gifts where name = 'journal';
insert into counters (name, value) values ('receipt-2025', :gifts / 2), ('receipt-2026', :gifts - :gifts / 2);
select setval('read_numbers', 10);
