-- Votes, the newsletter, limits and stored answers, and those who may look.

-- A visitor is a hash of source and agent under a salt of the day; the salt is thrown away, the hash then leads to nobody.
create table visitor_salts (
  day date primary key,
  salt bytea not null
);
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
create index votes_article on votes (article_url, day);

create table signups (
  id text primary key check (id ~ '^sgn_'),
  email text not null,
  email_key text not null unique,
  frequency text not null check (frequency in ('daily', 'weekly')),
  offers boolean not null,
  status text not null check (status in ('pending', 'confirmed', 'left')),
  consent_text text not null,         -- the words that were agreed to
  locale text,
  article_url text,
  requested_at timestamptz not null,
  confirmation_asked_at timestamptz not null, -- one mail per address per 15 minutes
  wish jsonb,                         -- what a confirmed address asks for anew, until it confirms that
  confirmed_at timestamptz,
  left_at timestamptz
);
create index signups_requested on signups (requested_at, id);

-- Answers to requests that carry an Idempotency-Key, for 24 hours.
create table stored_answers (
  scope text not null,                -- route and caller
  key_hash bytea not null,
  request_hash bytea not null,
  leased_until timestamptz,
  status smallint,
  headers jsonb,
  body text,
  created_at timestamptz not null default now(),
  primary key (scope, key_hash)
);
create index stored_answers_created on stored_answers (created_at);

-- rate-limiter-flexible's own shape.
create table rate_limits (
  key text primary key,
  points integer not null default 0,
  expire bigint
);

create table api_keys (
  id text primary key check (id ~ '^key_'),
  name text not null,
  key_hash bytea not null unique,     -- SHA-256 of a key of 256 random bits
  role text not null check (role in ('finance', 'admin')),
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table export_runs (
  id text primary key check (id ~ '^exp_'),
  report text not null,
  format text not null,
  filters jsonb not null,
  asked_by text not null,             -- the API key, or the shell
  differences integer not null,       -- how many stood open
  started_at timestamptz not null,
  finished_at timestamptz,
  row_count bigint,
  byte_count bigint,
  sha256 text,
  totals jsonb,
  failed_at timestamptz
);
create index export_runs_started on export_runs (started_at);
