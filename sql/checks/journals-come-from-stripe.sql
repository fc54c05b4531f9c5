-- Does every journal come from a balance transaction of Stripe's? Only the opening of the books does not.
-- A row is a journal that nothing at Stripe stands behind.
-- What to do: ask who wrote it and why; take it back by a further journal if nobody knows.
select
  journals.id,
  journals.position,
  journals.kind
from ledger_journals journals
where journals.stripe_balance_transaction_id is null
  and not exists (
    select from ledger_entries entries
    where entries.journal_id = journals.id and entries.account = 'opening_balance'
  )
order by journals.position;
