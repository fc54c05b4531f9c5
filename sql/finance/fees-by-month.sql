-- What did Stripe keep, month by month, and how much is that of what was given? `share` is in percent of gifts gross.
-- from, before: days of booking, [from, before); '' leaves that end open
select
  to_char(journals.booked_on, 'YYYY-MM') as month,
  entries.currency,
  format_minor(
    coalesce(sum(entries.amount_minor) filter (where entries.account = 'stripe_fees'), 0)::bigint,
    entries.currency
  ) as stripe_fees,
  format_minor(
    coalesce(sum(entries.amount_minor) filter (where entries.account = 'dispute_fees'), 0)::bigint,
    entries.currency
  ) as dispute_fees,
  format_minor(
    coalesce(-sum(entries.amount_minor) filter (where entries.account = 'donations'), 0)::bigint,
    entries.currency
  ) as given,
  round(
    100.0 * sum(entries.amount_minor) filter (where entries.account <> 'donations')
      / nullif(-sum(entries.amount_minor) filter (where entries.account = 'donations'), 0),
    2
  ) as share
from ledger_journals journals
join ledger_entries entries
  on entries.journal_id = journals.id
  and entries.account in ('donations', 'stripe_fees', 'dispute_fees')
where (:'from' = '' or journals.booked_on >= nullif(:'from', '')::date)
  and (:'before' = '' or journals.booked_on < nullif(:'before', '')::date)
group by month, entries.currency
order by month, entries.currency;
