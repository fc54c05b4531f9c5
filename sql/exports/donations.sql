-- What was given? One row a gift; amounts are decimals in `currency` (amount, fee_covered, refunded) or `settlement_currency`.
-- The session's time zone is the report's. Values, each '' where none is given:
-- from, before: days, [from, before) · basis: paid, created, available or payout, the instant that period and order go by ·
-- status, currency, article (address or id), campaign: only gifts that have it
select
  donations.id as donation_id,
  export_instant(donations.created_at) as created_at,
  export_instant(donations.paid_at) as paid_at,
  export_instant_utc(donations.paid_at) as paid_at_utc,
  donations.donor_id,
  export_text(donors.email) as donor_email,
  export_text(donors.name) as donor_name,
  donations.kind,
  donations.subscription_id,
  donations.status,
  donations.currency,
  format_minor(donations.amount_minor, donations.currency) as amount,
  format_minor(donations.fee_cover_minor, donations.currency) as fee_covered,
  donations.settlement_currency,
  format_minor(donations.gross_minor, donations.settlement_currency) as gross,
  format_minor(donations.fee_minor, donations.settlement_currency) as fee,
  format_minor(donations.net_minor, donations.settlement_currency) as net,
  format_minor(donations.refunded_minor, donations.currency) as refunded,
  format_minor(donations.refunded_settled_minor, donations.settlement_currency) as refunded_settled,
  format_minor(donations.disputed_minor, donations.settlement_currency) as disputed,
  format_minor(donations.dispute_fee_minor, donations.settlement_currency) as dispute_fee,
  format_minor(
    donations.net_minor - donations.refunded_settled_minor - donations.disputed_minor - donations.dispute_fee_minor,
    donations.settlement_currency
  ) as net_after,
  donations.dispute_status,
  donations.stripe_payment_intent_id,
  donations.stripe_charge_id,
  donations.stripe_balance_transaction_id,
  subscriptions.stripe_subscription_id,
  donations.stripe_invoice_id,
  case when donations.refunded_minor > 0 then (
    select string_agg(refunds.stripe_refund_id, ' ' order by refunds.created_at, refunds.id)
    from refunds
    where refunds.donation_id = donations.id and refunds.status = 'succeeded'
  ) end as stripe_refund_ids,
  (donations.available_on at time zone 'UTC')::date as available_on, -- Stripe's days are days in UTC
  charged.payout_id,
  paid_out.arrival_on as payout_arrival_on, -- empty where the payout came back: the money did not arrive
  receipts.number as receipt_number,
  export_text(donations.article_url) as article_url,
  export_text(donations.article_id) as article_id,
  export_text(donations.article_title) as article_title,
  export_text(donations.section) as section,
  export_text(donations.campaign) as campaign,
  export_text(donations.placement) as placement
from donations
left join donors on donors.id = donations.donor_id
left join subscriptions on subscriptions.id = donations.subscription_id
left join receipts on receipts.donation_id = donations.id and receipts.kind = 'gift'
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
order by period.instant, donations.id
