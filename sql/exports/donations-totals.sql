-- The sums of the report donations, in minor units, per currency and settlement currency. Values and conditions are the report's.
select
  donations.currency,
  donations.settlement_currency,
  count(*) as count,
  sum(donations.amount_minor)::bigint as amount,
  coalesce(sum(donations.gross_minor), 0)::bigint as gross,
  coalesce(sum(donations.fee_minor), 0)::bigint as fee,
  coalesce(sum(donations.net_minor), 0)::bigint as net,
  sum(donations.refunded_minor)::bigint as refunded
from donations
left join balance_transactions charged on charged.id = donations.stripe_balance_transaction_id
left join payouts paid_out on paid_out.id = charged.payout_id and paid_out.status not in ('failed', 'canceled')
cross join lateral (select
  case :'basis'
    when 'created' then donations.created_at
    when 'available' then donations.available_on
    when 'payout' then paid_out.arrival_on::timestamp at time zone 'UTC'
    else donations.paid_at
  end,
  case when :'basis' in ('available', 'payout') then nullif(:'from', '')::timestamp at time zone 'UTC'
    else nullif(:'from', '')::timestamptz
  end,
  case when :'basis' in ('available', 'payout') then nullif(:'before', '')::timestamp at time zone 'UTC'
    else nullif(:'before', '')::timestamptz
  end
) as period (instant, starts, ends)
where period.instant is not null
  and (:'from' = '' or period.instant >= period.starts)
  and (:'before' = '' or period.instant < period.ends)
  and (:'status' = '' or donations.status = :'status')
  and (:'currency' = '' or donations.currency = :'currency')
  and (:'article' = '' or article_key(donations.article_url) = article_key(:'article') or donations.article_id = :'article')
  and (:'campaign' = '' or donations.campaign = :'campaign')
group by donations.currency, donations.settlement_currency
order by donations.currency, donations.settlement_currency
