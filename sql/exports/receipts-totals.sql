-- The sums of the report receipts, in minor units, per kind and currency. Values and conditions are the report's.
select
  receipts.kind,
  receipts.currency,
  count(*) as count,
  sum(receipts.amount_minor)::bigint as amount,
  sum(receipts.refunded_minor)::bigint as refunded,
  sum(receipts.disputed_minor)::bigint as disputed
from receipts
where (:'from' = '' or receipts.issued_at >= nullif(:'from', '')::timestamptz)
  and (:'before' = '' or receipts.issued_at < nullif(:'before', '')::timestamptz)
  and (:'currency' = '' or receipts.currency = :'currency')
group by receipts.kind, receipts.currency
order by receipts.kind, receipts.currency
