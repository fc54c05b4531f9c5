-- What did Stripe keep? One row a fee, in the order of the books: of a payment, of a dispute, or billed apart. A fee that was given back is
-- negative. Decimals in `currency`.
-- Values, each '' where none is given:
-- from, before: days, [from, before) of booked_on · as_of: only journals up to this position, to make a file again ·
-- cursor: only journals after this position · currency: only fees in it
select
  journals.position,
  journals.booked_on,
  export_instant_utc(journals.occurred_at) as occurred_at_utc,
  journals.kind,
  journals.stripe_balance_transaction_id,
  journals.stripe_source_id,
  journals.donation_id,
  journals.dispute_id,
  entries.account,
  entries.currency,
  format_minor(transactions.amount_minor, entries.currency) as gross,
  format_minor(entries.amount_minor, entries.currency) as fee,
  export_text(journals.memo) as memo
from ledger_journals journals
join ledger_entries entries on entries.journal_id = journals.id and entries.account in ('stripe_fees', 'dispute_fees')
left join balance_transactions transactions on transactions.id = journals.stripe_balance_transaction_id
where (:'from' = '' or journals.booked_on >= nullif(:'from', '')::date)
  and (:'before' = '' or journals.booked_on < nullif(:'before', '')::date)
  and (:'as_of' = '' or journals.position <= nullif(:'as_of', '')::bigint)
  and (:'cursor' = '' or journals.position > nullif(:'cursor', '')::bigint)
  and (:'currency' = '' or entries.currency = :'currency')
order by journals.position, entries.line
