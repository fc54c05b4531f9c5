-- Receipts and the mails that carry them.

create table mails (
  id text primary key check (id ~ '^mail_'),
  kind text not null,
  subject_id text not null,
  dedupe_key text not null unique,
  to_address text not null,
  subject text not null,
  text_body text not null,
  html_body text not null,
  headers jsonb not null default '{}',
  message_id text not null unique,
  created_at timestamptz not null,
  sent_at timestamptz,
  given_up_at timestamptz,
  given_up_why text check (given_up_why in ('refused', 'failed', 'overtaken', 'restored'))
);
comment on table mails is 'Every letter that is to be sent, with its exact words; sent by a job.';
comment on column mails.subject_id is 'The receipt, subscription or sign-up it is about.';
comment on column mails.dedupe_key is 'One mail for each fact.';
comment on column mails.given_up_why is
  'refused: there is no such address; failed: tried to the end; overtaken: it is true no more; restored: it was sent before a backup was restored.';
create index mails_unsent on mails (created_at) where sent_at is null and given_up_at is null;

create table receipts (
  id text primary key check (id ~ '^rcp_'),
  year smallint not null,
  sequence integer not null check (sequence > 0),
  number text not null generated always as (year::text || '-' || case when sequence < 1000000 then lpad(sequence::text, 6, '0') else sequence::text end) stored unique,
  kind text not null check (kind in ('gift', 'correction')),
  donation_id text not null references donations (id),
  refund_id text unique references refunds (id),
  corrects_receipt_id text references receipts (id),
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  refunded_minor bigint not null default 0 check (refunded_minor >= 0),
  issued_at timestamptz not null,
  written_at timestamptz,
  subject text, text_body text, html_body text,
  mail_id text references mails (id),
  unique (year, sequence),
  check ((kind = 'correction') = (corrects_receipt_id is not null))
);
comment on table receipts is
  'A numbered document per gift, corrected by a further one, never edited. The number is drawn in the transaction that makes '
  'the gift succeeded; the letter is written and mailed by a job afterwards.';
comment on column receipts.year is 'Of issue, in the newsroom''s time zone.';
comment on column receipts.amount_minor is 'Of the gift.';
comment on column receipts.refunded_minor is 'In all, when this was issued.';
comment on column receipts.subject is 'As sent.';
comment on column receipts.mail_id is 'Null: no address is known.';
create unique index receipts_one_per_gift on receipts (donation_id) where kind = 'gift';
create index receipts_donation on receipts (donation_id);

create function receipts_are_kept_as_sent() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.written_at is not null
    or (new.id, new.year, new.sequence, new.kind, new.donation_id, new.currency, new.amount_minor, new.refunded_minor, new.issued_at)
      is distinct from (old.id, old.year, old.sequence, old.kind, old.donation_id, old.currency, old.amount_minor, old.refunded_minor, old.issued_at)
  then
    raise exception 'receipt % is issued and never edited', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger receipts_are_kept_as_sent before update or delete on receipts
  for each row execute function receipts_are_kept_as_sent();

create table receipt_gaps (
  year smallint not null,
  after_sequence integer not null check (after_sequence >= 0),
  up_to_sequence integer not null,
  noted_at timestamptz not null,
  primary key (year, after_sequence),
  check (up_to_sequence > after_sequence)
);
comment on table receipt_gaps is
  'Receipt numbers that may have been given out after the backup was made that this database was restored from: never given again.';
