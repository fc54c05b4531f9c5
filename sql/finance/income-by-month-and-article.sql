-- Which articles brought which income, month by month?
-- An article is one however its address was written: without query and the slash at its end.
-- Gifts gross, what was refunded of gifts (in the month it went back), and what is left.
-- Months are those of booking; currencies are those in which Stripe settled.
-- from, before: days of booking, [from, before); '' leaves that end open
select
  to_char(journals.booked_on, 'YYYY-MM') as month,
  coalesce(article_key(donations.article_url), '') as article_url,
  entries.currency,
  count(distinct journals.donation_id) filter (where entries.account = 'donations') as gifts,
  format_minor(
    coalesce(-sum(entries.amount_minor) filter (where entries.account = 'donations'), 0)::bigint,
    entries.currency
  ) as given,
  format_minor(
    coalesce(sum(entries.amount_minor) filter (where entries.account = 'refunds'), 0)::bigint,
    entries.currency
  ) as refunded,
  format_minor(-sum(entries.amount_minor)::bigint, entries.currency) as income
from ledger_journals journals
join ledger_entries entries on entries.journal_id = journals.id and entries.account in ('donations', 'refunds')
left join donations on donations.id = journals.donation_id
where (:'from' = '' or journals.booked_on >= nullif(:'from', '')::date)
  and (:'before' = '' or journals.booked_on < nullif(:'before', '')::date)
group by month, article_key(donations.article_url), entries.currency
order by month, entries.currency, -sum(entries.amount_minor) desc, article_url;
