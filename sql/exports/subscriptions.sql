-- Who gives regularly? One row a recurring donation, with what it has brought until now. Decimals in `currency`; `amount` is charged each
-- time, fee cover included. The session's time zone is the report's. Values, each '' where none is given:
-- from, before: days, [from, before), on which it was begun · status: Stripe's, or pending and expired before Stripe has one ·
-- currency, article (address or id), campaign: only those that have it
select
  subscriptions.id as subscription_id,
  export_instant(subscriptions.created_at) as created_at,
  subscriptions.donor_id,
  export_text(donors.email) as donor_email,
  export_text(donors.name) as donor_name,
  subscriptions.status,
  subscriptions."interval",
  subscriptions.currency,
  format_minor(subscriptions.amount_minor, subscriptions.currency) as amount,
  format_minor(subscriptions.fee_cover_minor, subscriptions.currency) as fee_covered,
  gifts.gifts,
  format_minor(gifts.given_minor, subscriptions.currency) as given,
  format_minor(gifts.refunded_minor, subscriptions.currency) as refunded,
  export_instant(gifts.last_paid_at) as last_paid_at,
  export_instant(subscriptions.current_period_end) as current_period_end,
  export_instant(subscriptions.cancel_at) as cancel_at,
  export_instant(subscriptions.stop_requested_at) as stop_requested_at,
  export_instant(subscriptions.canceled_at) as canceled_at,
  export_instant(subscriptions.ended_at) as ended_at,
  subscriptions.stripe_subscription_id,
  subscriptions.stripe_customer_id,
  export_text(subscriptions.article_url) as article_url,
  export_text(subscriptions.article_id) as article_id,
  export_text(subscriptions.article_title) as article_title,
  export_text(subscriptions.section) as section,
  export_text(subscriptions.campaign) as campaign,
  export_text(subscriptions.placement) as placement
from subscriptions
left join donors on donors.id = subscriptions.donor_id
cross join lateral (
  select
    count(*) as gifts,
    coalesce(sum(donations.amount_minor), 0)::bigint as given_minor,
    coalesce(sum(donations.refunded_minor), 0)::bigint as refunded_minor,
    max(donations.paid_at) as last_paid_at
  from donations
  where donations.subscription_id = subscriptions.id
    and donations.status = 'succeeded'
) as gifts
where (:'from' = '' or subscriptions.created_at >= nullif(:'from', '')::timestamptz)
  and (:'before' = '' or subscriptions.created_at < nullif(:'before', '')::timestamptz)
  and (:'status' = '' or subscriptions.status = :'status')
  and (:'currency' = '' or subscriptions.currency = :'currency')
  and (:'article' = '' or article_key(subscriptions.article_url) = article_key(:'article') or subscriptions.article_id = :'article')
  and (:'campaign' = '' or subscriptions.campaign = :'campaign')
order by subscriptions.created_at, subscriptions.id
