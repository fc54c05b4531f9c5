-- Why this service ended a recurring gift by itself, and when a bank debit had arrived.

alter table subscriptions add column stop_reason text check (stop_reason in ('dispute-lost', 'never-paid'));
comment on column subscriptions.stop_reason is
  'Why its end was asked for by itself: the bank took a gift back, or the first debit failed. Null: somebody wanted it, or it was not.';

alter table donations add column arrived_at timestamptz;
comment on column donations.arrived_at is
  'When a payment that had been on its way was first seen to have succeeded; null: it was paid at once, at paid_at.';
comment on column donations.paid_at is 'When Stripe had charged it; a bank debit arrives days after that.';

comment on column mails.subject_id is 'The receipt, gift, subscription, invoice or sign-up it is about, or the kind of alarm.';
