-- Does every journal have entries that sum to zero in each currency?
-- A row is a journal that does not balance: the books as a whole no longer do either.
-- What to do: stop closing months; find who wrote around Postgres's own guard, and book the difference in a further journal.
select
  journals.id,
  journals.position,
  entries.currency,
  coalesce(sum(entries.amount_minor), 0)::bigint as difference_minor
from ledger_journals journals
left join ledger_entries entries on entries.journal_id = journals.id
group by journals.id, entries.currency
having count(entries.journal_id) = 0 or sum(entries.amount_minor) <> 0
order by journals.position, entries.currency;
