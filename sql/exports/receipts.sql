-- Which receipts were issued? One row a receipt or correction, in the order of their numbers. Decimals in `currency`: `amount` was given,
-- `refunded` and `disputed` are what had gone back in all when it was issued, and `remains` is what it attests.
-- The session's time zone is the report's. Values, each '' where none is given:
-- from, before: days, [from, before), on which it was issued · currency: only receipts in it
select
  receipts.number as receipt_number,
  receipts.kind,
  export_instant(receipts.issued_at) as issued_at,
  corrected.number as corrects_receipt_number,
  receipts.donation_id,
  receipts.refund_id,
  receipts.dispute_id,
  receipts.currency,
  format_minor(receipts.amount_minor, receipts.currency) as amount,
  format_minor(receipts.refunded_minor, receipts.currency) as refunded,
  format_minor(receipts.disputed_minor, receipts.currency) as disputed,
  format_minor(receipts.amount_minor - receipts.refunded_minor - receipts.disputed_minor, receipts.currency) as remains,
  donations.donor_id,
  export_text(donors.email) as donor_email,
  export_text(donors.name) as donor_name,
  export_instant(receipts.written_at) as written_at,
  export_instant(mails.sent_at) as mailed_at
from receipts
join donations on donations.id = receipts.donation_id
left join donors on donors.id = donations.donor_id
left join receipts corrected on corrected.id = receipts.corrects_receipt_id
left join mails on mails.id = receipts.mail_id
where (:'from' = '' or receipts.issued_at >= nullif(:'from', '')::timestamptz)
  and (:'before' = '' or receipts.issued_at < nullif(:'before', '')::timestamptz)
  and (:'currency' = '' or receipts.currency = :'currency')
order by receipts.year, receipts.sequence
