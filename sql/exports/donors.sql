-- Who gave? One row a donor and currency, with the gifts that were paid in the period. Decimals in `currency`; `refunded` is what went
-- back of these gifts until now. An erased donor keeps a row without a name. The session's time zone is the report's.
-- Values, each '' where none is given:
-- from, before: days, [from, before), on which a gift was paid · currency: only gifts in it · article (address or id), campaign: only
-- gifts that have it
select
  donors.id as donor_id,
  export_instant(donors.created_at) as created_at,
  export_text(donors.email) as donor_email,
  export_text(donors.name) as donor_name,
  donors.locale,
  export_instant(donors.erased_at) as erased_at,
  donations.currency,
  count(*) as gifts,
  count(*) filter (where donations.kind = 'recurring') as recurring_gifts,
  format_minor(sum(donations.amount_minor)::bigint, donations.currency) as given,
  format_minor(sum(donations.refunded_minor)::bigint, donations.currency) as refunded,
  export_instant(min(donations.paid_at)) as first_paid_at,
  export_instant(max(donations.paid_at)) as last_paid_at
from donations
join donors on donors.id = donations.donor_id
where donations.status = 'succeeded'
  and (:'from' = '' or donations.paid_at >= nullif(:'from', '')::timestamptz)
  and (:'before' = '' or donations.paid_at < nullif(:'before', '')::timestamptz)
  and (:'currency' = '' or donations.currency = :'currency')
  and (:'article' = '' or article_key(donations.article_url) = article_key(:'article') or donations.article_id = :'article')
  and (:'campaign' = '' or donations.campaign = :'campaign')
group by donors.id, donations.currency
order by donors.created_at, donors.id, donations.currency
