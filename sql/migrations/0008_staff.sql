-- What the staff did, whom they had forgotten, and what they look through.

-- The audit trail

create table audit_entries (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  object_id text,
  detail jsonb not null default '{}'
);
comment on table audit_entries is 'Who of the staff did what, and what they looked up. Never changed; no personal data.';
comment on column audit_entries.actor is 'The API key or person.';
create index audit_entries_object on audit_entries (object_id, at);
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is only ever added to' using errcode = 'restrict_violation';
end $$;
create trigger audit_entries_append_only before update or delete or truncate on audit_entries
  for each statement execute function audit_is_append_only();

-- Erased people

alter table installation add column erasure_salt bytea not null
  default decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
create table erasures (
  email_hash bytea primary key,
  donor_id text not null references donors (id),
  erased_at timestamptz not null
);
comment on table erasures is
  'Tombstones: whoever of this address gave before that instant is this donor without a name, however often Stripe is read.';
comment on column erasures.email_hash is 'SHA-256 of the installation''s salt and the address, trimmed, in lower case.';

-- What staff look through, newest first, and by whom or what they look for it

create index donations_article on donations (article_url, paid_at) where article_url is not null;
create index donations_article_id on donations (article_id, paid_at) where article_id is not null;
create index donations_campaign on donations (campaign, paid_at) where campaign is not null;
create index donations_not_given on donations (status, created_at, id) where status in ('processing', 'failed');
create index inbox_events_gone on inbox_events (received_at) where state = 'gone';
create index donors_created on donors (created_at, id);
create index donors_email_beginning on donors (email_key text_pattern_ops) where email_key is not null;
create index donors_name_words on donors using gin (to_tsvector('simple', name)) where name is not null;
create index votes_voted on votes (voted_at);
create index checkouts_email on checkouts (lower(parameters ->> 'email')) where parameters ->> 'email' is not null;
create index checkouts_of_people on checkouts (expires_at) where donor_name is not null or parameters ->> 'email' is not null;
create index mails_address on mails (lower(to_address)) where to_address <> '';
create index mails_of_people on mails (created_at) where to_address <> '';
comment on column mails.to_address is 'Empty, like the rest of its words, once it is forgotten.';
