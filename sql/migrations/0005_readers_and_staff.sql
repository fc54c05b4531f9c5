-- Votes, the newsletter, limits and stored answers, and those who may look.

create table visitor_salts (
  day date primary key,
  salt bytea not null
);
comment on table visitor_salts is
  'A visitor is a hash of source and agent under the salt of the day; once the salt is thrown away it leads to nobody.';

create table votes (
  day date not null,
  visitor_hash bytea not null,
  article_url text not null,
  article_id text,
  helpful boolean not null,
  comment text,
  voted_at timestamptz not null,
  primary key (day, visitor_hash, article_url)
);
comment on table votes is 'Whether an article helped: one changeable answer a visitor, article and day.';
create index votes_article on votes (article_url, day);

create table signups (
  id text primary key check (id ~ '^sgn_'),
  email text not null,
  email_key text not null unique,
  frequency text not null check (frequency in ('daily', 'weekly')),
  offers boolean not null,
  status text not null check (status in ('pending', 'confirmed', 'left')),
  consent_text text not null,
  locale text,
  article_url text,
  requested_at timestamptz not null,
  confirmation_asked_at timestamptz not null,
  wish jsonb,
  confirmed_at timestamptz,
  left_at timestamptz
);
comment on table signups is 'Who wants the newsletter. An address counts once it was confirmed from its mailbox.';
comment on column signups.consent_text is 'The words that were agreed to.';
comment on column signups.confirmation_asked_at is 'One mail per address per 15 minutes.';
comment on column signups.wish is 'What is asked for, until it is confirmed or the address leaves.';
create index signups_requested on signups (requested_at, id);

create table stored_answers (
  scope text not null,
  key_hash bytea not null,
  request_hash bytea not null,
  leased_until timestamptz,
  status smallint,
  headers jsonb,
  body text,
  created_at timestamptz not null default now(),
  primary key (scope, key_hash)
);
comment on table stored_answers is 'Answers to requests that carry an Idempotency-Key, for 24 hours.';
comment on column stored_answers.scope is 'Route and caller.';
create index stored_answers_created on stored_answers (created_at);

create table rate_limits (
  key text primary key,
  points integer not null default 0,
  expire bigint
);
comment on table rate_limits is 'How often something was done within a window, by what it is limited by.';

create table api_keys (
  id text primary key check (id ~ '^key_'),
  name text not null,
  key_hash bytea not null unique,
  role text not null check (role in ('finance', 'admin')),
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
comment on table api_keys is 'Keys for programs and people who may look; the key itself is nowhere.';
comment on column api_keys.key_hash is 'SHA-256 of a key of 256 random bits.';

create table export_runs (
  id text primary key check (id ~ '^exp_'),
  report text not null,
  format text not null,
  filters jsonb not null,
  asked_by text not null,
  differences integer not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  row_count bigint,
  byte_count bigint,
  sha256 text,
  totals jsonb,
  failed_at timestamptz
);
comment on table export_runs is 'Every export that was asked for: who, what, how many rows, and the hash of what was sent.';
comment on column export_runs.asked_by is 'The API key, or the shell.';
comment on column export_runs.differences is 'How many stood open between our books and Stripe when it was made.';
create index export_runs_started on export_runs (started_at);
