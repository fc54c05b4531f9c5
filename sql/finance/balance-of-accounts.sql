-- What does every account hold at the end of a day? Debit balances are positive. Each currency's column sums to zero.
-- before: the first day that is not counted; '' counts everything
select
  entries.account,
  entries.currency,
  format_minor(sum(entries.amount_minor)::bigint, entries.currency) as balance
from ledger_entries entries
join ledger_journals journals on journals.id = entries.journal_id
where :'before' = '' or journals.booked_on < nullif(:'before', '')::date
group by entries.account, entries.currency
order by entries.currency, entries.account;
