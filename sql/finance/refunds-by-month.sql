-- What went back to donors, month by month? By the day of booking, in the currencies in which Stripe settled.
-- A refund that failed after all comes back out in the month in which that was booked.
-- from, before: days of booking, [from, before); '' leaves that end open
select
  to_char(journals.booked_on, 'YYYY-MM') as month,
  entries.currency,
  count(*) filter (where entries.amount_minor > 0) as refunds,
  count(*) filter (where entries.amount_minor < 0) as came_back,
  format_minor(sum(entries.amount_minor)::bigint, entries.currency) as refunded
from ledger_journals journals
join ledger_entries entries on entries.journal_id = journals.id and entries.account = 'refunds'
where (:'from' = '' or journals.booked_on >= nullif(:'from', '')::date)
  and (:'before' = '' or journals.booked_on < nullif(:'before', '')::date)
group by month, entries.currency
order by month, entries.currency;
