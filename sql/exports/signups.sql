-- Who asked for the newsletter? One row an address, by the day on which it was asked for, with the words that were agreed to.
-- The session's time zone is the report's. Values, each '' where none is given:
-- from, before: days, [from, before) · status: pending, confirmed or left · article: only sign-ups under this address
select
  signups.id as signup_id,
  export_instant(signups.requested_at) as requested_at,
  export_instant(signups.confirmed_at) as confirmed_at,
  export_instant(signups.left_at) as left_at,
  export_text(signups.email) as email,
  signups.frequency,
  signups.offers::text as offers,
  signups.status,
  export_text(signups.consent_text) as consent_text,
  signups.locale,
  export_text(signups.article_url) as article_url
from signups
where (:'from' = '' or signups.requested_at >= nullif(:'from', '')::timestamptz)
  and (:'before' = '' or signups.requested_at < nullif(:'before', '')::timestamptz)
  and (:'status' = '' or signups.status = :'status')
  and (:'article' = '' or article_key(signups.article_url) = article_key(:'article'))
order by signups.requested_at, signups.id
