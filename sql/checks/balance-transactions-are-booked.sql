-- Is everything that Stripe moved since the books began in them, with the same amount?
-- (That it is there only once, a constraint holds.)
-- A row is a balance transaction without a journal, or whose journal changes stripe_balance by something else than its net.
-- What to do: without a journal, read the object named by source_id again; with another amount, book the difference by hand.
select
  transactions.id,
  transactions.source_id,
  transactions.currency,
  transactions.net_minor,
  journals.id as journal_id,
  coalesce(sum(entries.amount_minor), 0)::bigint as booked_minor
from balance_transactions transactions
left join ledger_journals journals on journals.stripe_balance_transaction_id = transactions.id
left join ledger_entries entries
  on entries.journal_id = journals.id
  and entries.account = 'stripe_balance'
  and entries.currency = transactions.currency
where transactions.amount_minor <> 0 or transactions.fee_minor <> 0
group by transactions.id, journals.id
having (journals.id is null or coalesce(sum(entries.amount_minor), 0) <> transactions.net_minor)
  and not is_before_the_books(transactions.currency, transactions.created_at)
order by transactions.created_at, transactions.id;
