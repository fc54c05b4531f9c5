// Generated from the migrations by `node scripts/tables.ts`; edit those, not this.

import type { ColumnType } from 'kysely';

export type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>;

export type Json = JsonValue;

export type JsonArray = JsonValue[];

export type JsonObject = {
  [x: string]: JsonValue | undefined;
};

export type JsonPrimitive = boolean | number | string | null;

export type JsonValue = JsonArray | JsonObject | JsonPrimitive;

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export interface Alarms {
  began_at: Timestamp;
  detail: string;
  ended_at: Timestamp | null;
  kind: string;
  last_seen_at: Timestamp;
  mailed_at: Timestamp | null;
  subject: string;
}

export interface ApiKeys {
  created_at: Timestamp;
  id: string;
  /** SHA-256 of a key of 256 random bits. */
  key_hash: Buffer;
  last_used_at: Timestamp | null;
  name: string;
  revoked_at: Timestamp | null;
  role: string;
}

export interface AuditEntries {
  action: string;
  /** The API key or person. */
  actor: string;
  at: Timestamp;
  detail: Generated<Json>;
  id: Generated<bigint>;
  object_id: string | null;
}

export interface BalanceTransactions {
  /** Signed, in the settlement currency. */
  amount_minor: bigint;
  available_on: Timestamp;
  created_at: Timestamp;
  currency: string;
  exchange_rate: string | null;
  fee_minor: bigint;
  id: string;
  net_minor: bigint;
  /** The payout in which it reached the bank; null until there is one. */
  payout_id: string | null;
  reporting_category: string;
  source_id: string | null;
  type: string;
}

export interface Brakes {
  began_at: Timestamp;
  last_on_at: Timestamp;
}

export interface Checkouts {
  /** Drawn by the form when it opens: one attempt is paid once. */
  attempt: string;
  /** It is paid, as was found when it was to be closed; whose the gift is stands in it and was not read yet. */
  awaits_reading: Generated<boolean>;
  created_at: Timestamp;
  donation_id: string | null;
  /** As typed; Stripe's page asks for an e-mail address, not always for a name. */
  donor_name: string | null;
  expires_at: Timestamp;
  /** What Stripe is asked under; derived from our row. */
  idempotency_key: string;
  /** Wall time: somebody is asking until then. */
  leased_until: Timestamp | null;
  /** Exactly what Stripe is asked with. */
  parameters: Json;
  state: Generated<string>;
  stripe_checkout_session_id: string | null;
  subscription_id: string | null;
  url: string | null;
  /** SHA-256 of all that the reader asked for: the same again is the same gift. */
  wish_hash: Buffer | null;
}

export interface Counters {
  name: string;
  value: Generated<bigint>;
}

export interface Declines {
  declined_at: Timestamp;
  event_id: string;
  /** Null on the page of a recurring gift: Stripe says whose it is only once it is paid. */
  gift_id: string | null;
}

export interface Discrepancies {
  currency: string | null;
  detail: string;
  found_at: Generated<Timestamp>;
  id: Generated<bigint>;
  kind: string;
  last_seen_at: Generated<Timestamp>;
  /** Stripe's id of what differs, or our own where Stripe has none. */
  object_id: string;
  /** In our books; null where nothing is there, or where it is not about an amount. */
  ours_minor: bigint | null;
  /** When a later comparison no longer found it; null: it stands. */
  resolved_at: Timestamp | null;
  /** At Stripe. */
  theirs_minor: bigint | null;
}

export interface Disputes {
  /** What is disputed, in currency. */
  amount_minor: bigint;
  created_at: Timestamp;
  currency: string;
  /** Null: of a payment that is no gift here. */
  donation_id: string | null;
  /** What Stripe keeps for it now, in settlement_currency. */
  fee_minor: Generated<bigint>;
  /** Stripe's. */
  id: string;
  read_number: Generated<bigint>;
  reason: string;
  /** Until when evidence is taken; null where none is wanted any more. */
  respond_by: Timestamp | null;
  settlement_currency: string | null;
  status: string;
  stripe_charge_id: string;
  stripe_payment_intent_id: string | null;
  /** What the balance lacks by it now, without fees, in settlement_currency: 0 again once it was won. */
  withdrawn_minor: Generated<bigint>;
}

export interface Donations {
  /** What the donor pays, fee cover included. */
  amount_minor: bigint;
  anonymous: Generated<boolean>;
  /** When a payment that had been on its way was first seen to have succeeded; null: it was paid at once, at paid_at. */
  arrived_at: Timestamp | null;
  article_id: string | null;
  article_title: string | null;
  article_url: string | null;
  /** When the money may be paid out. */
  available_on: Timestamp | null;
  campaign: string | null;
  created_at: Timestamp;
  currency: string;
  /** What they cost beside that, in settlement_currency. */
  dispute_fee_minor: Generated<bigint>;
  /** Of its latest dispute, in Stripe's words; null: never disputed. */
  dispute_status: string | null;
  /** What its disputes withhold from the balance now, in settlement_currency. */
  disputed_minor: Generated<bigint>;
  donor_id: string | null;
  fee_cover_minor: Generated<bigint>;
  fee_minor: bigint | null;
  /** Read the payment again then: something of it is still missing. */
  follow_up_at: Timestamp | null;
  /** Of the charge's balance transaction, like fee_minor and net_minor; in settlement_currency. Never changes. */
  gross_minor: bigint | null;
  id: string;
  kind: string;
  locale: string | null;
  message: string | null;
  net_minor: bigint | null;
  newsletter: string | null;
  /** When Stripe had charged it; a bank debit arrives days after that. */
  paid_at: Timestamp | null;
  /** Of a recurring gift: until the next one is due. */
  period_end: Timestamp | null;
  placement: string | null;
  /** Of the reading of Stripe that this row shows; an older one changes nothing. */
  read_number: Generated<bigint>;
  /** The sum of succeeded refunds, in currency. */
  refunded_minor: Generated<bigint>;
  /** What succeeded refunds took from the balance, in settlement_currency. */
  refunded_settled_minor: Generated<bigint>;
  section: string | null;
  /** The currency of our balance at Stripe in which gross, fee and net are counted. */
  settlement_currency: string | null;
  status: string;
  stripe_balance_transaction_id: string | null;
  stripe_charge_id: string | null;
  stripe_invoice_id: string | null;
  stripe_payment_intent_id: string | null;
  subscription_id: string | null;
}

export interface Donors {
  created_at: Timestamp;
  email: string | null;
  /** Lower case, trimmed: one donor an address. */
  email_key: string | null;
  erased_at: Timestamp | null;
  id: string;
  locale: string | null;
  name: string | null;
}

export interface DonorStripeCustomers {
  donor_id: string;
  stripe_customer_id: string;
}

export interface EarlyFraudWarnings {
  /** Neither refunded nor disputed yet. */
  actionable: boolean;
  created_at: Timestamp;
  donation_id: string | null;
  fraud_type: string;
  id: string;
  read_number: Generated<bigint>;
  stripe_charge_id: string;
}

export interface Erasures {
  donor_id: string;
  /** SHA-256 of the installation's salt and the address, trimmed, in lower case. */
  email_hash: Buffer;
  erased_at: Timestamp;
}

export interface ExportRuns {
  /** The API key, or the shell. */
  asked_by: string;
  byte_count: bigint | null;
  /** How many stood open between our books and Stripe when it was made. */
  differences: number;
  failed_at: Timestamp | null;
  filters: Json;
  finished_at: Timestamp | null;
  format: string;
  id: string;
  report: string;
  row_count: bigint | null;
  sha256: string | null;
  started_at: Timestamp;
  totals: Json | null;
}

export interface GiftStarts {
  /** Null until Stripe has made its page. */
  gift_id: string | null;
  id: Generated<string>;
  /** A proof of work came with it. */
  is_proved: boolean;
  source_hash: Buffer;
  started_at: Generated<Timestamp>;
}

export interface InboxEvents {
  api_version: string | null;
  attempts: Generated<number>;
  /** The exact bytes, removed after the retention. */
  body: Buffer | null;
  /** Stripe's clock. */
  created_at: Timestamp;
  done_at: Timestamp | null;
  /** Our clock: not worked on before. */
  due_at: Timestamp;
  error: string | null;
  id: string;
  /** The last read number that was drawn when the event was stored: a reading of a later number has seen what it tells of. */
  last_read_number: Generated<bigint>;
  /** Wall time: another worker has it until then. */
  leased_until: Timestamp | null;
  livemode: boolean;
  /** Why it was ignored, gone or dead. */
  reason: string | null;
  received_at: Generated<Timestamp>;
  /** Of the request that brought it, as it stands in the log. */
  request_id: string | null;
  /** sweep: Stripe's webhook never came, and it was found by asking. */
  source: Generated<string>;
  state: Generated<string>;
  /** Whom the object belongs to, where the event says so: one customer's objects are read one after the other. */
  stripe_customer_id: string | null;
  /** Stripe's id of the object the event is about. */
  subject: string | null;
  type: string;
}

export interface Installation {
  erasure_salt: Generated<Buffer>;
  livemode: boolean;
  only_row: Generated<boolean>;
}

export interface LedgerEntries {
  account: string;
  /** Debits are positive, credits negative. */
  amount_minor: bigint;
  currency: string;
  journal_id: string;
  line: number;
}

export interface LedgerJournals {
  /** A day in the newsroom's time zone; never changed. */
  booked_on: string;
  dispute_id: string | null;
  donation_id: string | null;
  id: string;
  kind: string;
  memo: string;
  /** Stripe's clock. */
  occurred_at: Timestamp;
  payout_id: string | null;
  /** Without gaps and in the order of commits: "everything after N" misses nothing. */
  position: bigint;
  refund_id: string | null;
  stripe_balance_transaction_id: string | null;
  stripe_source_id: string | null;
  /** The transaction that wrote it; entries join only in the same one. */
  written_by: Generated<string>;
}

export interface Mails {
  created_at: Timestamp;
  /** One mail for each fact. */
  dedupe_key: string;
  given_up_at: Timestamp | null;
  /** refused: there is no such address; failed: tried to the end; overtaken: it is true no more; restored: it was sent before a backup was restored. */
  given_up_why: string | null;
  headers: Generated<Json>;
  html_body: string;
  id: string;
  kind: string;
  message_id: string;
  sent_at: Timestamp | null;
  subject: string;
  /** The receipt, gift, subscription, invoice or sign-up it is about, or the kind of alarm. */
  subject_id: string;
  text_body: string;
  /** Empty, like the rest of its words, once it is forgotten. */
  to_address: string;
}

export interface OpeningBalances {
  amount_minor: bigint;
  currency: string;
  cut_over_at: Timestamp;
  /** Null where nothing was held. */
  journal_id: string | null;
}

export interface Payouts {
  /** In currency, the balance's own; negative where Stripe collected from the bank. */
  amount_minor: bigint;
  /** A day in UTC, as Stripe gives it. */
  arrival_on: string;
  automatic: boolean;
  created_at: Timestamp;
  currency: string;
  failure_balance_transaction_id: string | null;
  failure_code: string | null;
  id: string;
  /** Read them then; null: nothing of them is missing, or Stripe cannot tell them yet. */
  lines_due_at: Timestamp | null;
  /** When the balance transactions that it is made of were last read whole; they carry its id. Null: not yet. */
  lines_read_at: Timestamp | null;
  read_number: Generated<bigint>;
  reconciliation_status: string;
  status: string;
  stripe_balance_transaction_id: string | null;
}

export interface RateLimits {
  expire: bigint | null;
  key: string;
  points: Generated<number>;
}

export interface ReceiptGaps {
  after_sequence: number;
  noted_at: Timestamp;
  up_to_sequence: number;
  year: number;
}

export interface Receipts {
  /** Of the gift. */
  amount_minor: bigint;
  corrects_receipt_id: string | null;
  currency: string;
  /** The dispute that a correction is for. */
  dispute_id: string | null;
  /** In all, in the gift's currency, when this was issued. */
  disputed_minor: Generated<bigint>;
  donation_id: string;
  html_body: string | null;
  id: string;
  issued_at: Timestamp;
  kind: string;
  /** Null: no address is known. */
  mail_id: string | null;
  number: Generated<string>;
  refund_id: string | null;
  /** In all, when this was issued. */
  refunded_minor: Generated<bigint>;
  sequence: number;
  /** As sent. */
  subject: string | null;
  text_body: string | null;
  written_at: Timestamp | null;
  /** Of issue, in the newsroom's time zone. */
  year: number;
}

export interface Refunds {
  amount_minor: bigint;
  /** When that try began, by our clock: its key is not used again after 23 hours. */
  asked_at: Timestamp | null;
  /** Which try of asking Stripe this is; its idempotency key is made of our id and this. */
  attempt: Generated<number>;
  created_at: Timestamp;
  currency: string;
  donation_id: string;
  failure_balance_transaction_id: string | null;
  /** Stripe's code for why it failed. */
  failure_reason: string | null;
  id: string;
  /** Wall time: somebody is asking Stripe about it until then. */
  leased_until: Timestamp | null;
  note: string | null;
  read_number: Generated<bigint>;
  reason: string | null;
  /** The API key or person who asked for it here; null: asked elsewhere. */
  requested_by: string | null;
  /** What left the balance, in the settlement currency. */
  settled_minor: bigint | null;
  status: string;
  stripe_balance_transaction_id: string | null;
  stripe_refund_id: string | null;
}

export interface Signups {
  article_url: string | null;
  /** One mail per address per 15 minutes. */
  confirmation_asked_at: Timestamp;
  confirmed_at: Timestamp | null;
  /** The words that were agreed to. */
  consent_text: string;
  email: string;
  email_key: string;
  frequency: string;
  id: string;
  left_at: Timestamp | null;
  locale: string | null;
  offers: boolean;
  requested_at: Timestamp;
  status: string;
  /** What is asked for, until it is confirmed or the address leaves. */
  wish: Json | null;
}

export interface StoredAnswers {
  body: string | null;
  created_at: Generated<Timestamp>;
  headers: Json | null;
  key_hash: Buffer;
  leased_until: Timestamp | null;
  request_hash: Buffer;
  /** Route and caller. */
  scope: string;
  status: number | null;
}

export interface Subscriptions {
  /** What is charged each time, fee cover included. */
  amount_minor: bigint;
  anonymous: Generated<boolean>;
  article_id: string | null;
  article_title: string | null;
  article_url: string | null;
  campaign: string | null;
  cancel_at: Timestamp | null;
  canceled_at: Timestamp | null;
  created_at: Timestamp;
  currency: string;
  current_period_end: Timestamp | null;
  donor_id: string | null;
  /** Stripe's, once it ended: cancellation_requested, payment_failed, payment_disputed. */
  end_reason: string | null;
  ended_at: Timestamp | null;
  fee_cover_minor: Generated<bigint>;
  id: string;
  interval: string;
  locale: string | null;
  message: string | null;
  newsletter: string | null;
  placement: string | null;
  read_number: Generated<bigint>;
  section: string | null;
  status: string;
  /** Why its end was asked for by itself: the bank took a gift back, or the first debit failed. Null: somebody wanted it, or it was not. */
  stop_reason: string | null;
  stop_requested_at: Timestamp | null;
  stripe_customer_id: string | null;
  stripe_subscription_id: string | null;
}

export interface SweepRuns {
  every_seconds: number;
  failed_at: Timestamp | null;
  /** When it last ended well. */
  finished_at: Timestamp | null;
  name: string;
  started_at: Timestamp;
  /** Its own: a cursor, or a difference that counts only when it is found again. */
  state: Generated<Json>;
}

export interface Switches {
  changed_at: Timestamp;
  is_on: boolean;
  /** An interval, or all of giving. */
  name: string;
  why: string;
}

export interface VisitorSalts {
  day: string;
  salt: Buffer;
}

export interface Votes {
  article_id: string | null;
  article_url: string;
  comment: string | null;
  day: string;
  helpful: boolean;
  visitor_hash: Buffer;
  voted_at: Timestamp;
}

export interface WorkerHeartbeats {
  beat_at: Generated<Timestamp>;
  worker_id: string;
}

export interface DB {
  alarms: Alarms;
  api_keys: ApiKeys;
  audit_entries: AuditEntries;
  balance_transactions: BalanceTransactions;
  brakes: Brakes;
  checkouts: Checkouts;
  counters: Counters;
  declines: Declines;
  discrepancies: Discrepancies;
  disputes: Disputes;
  donations: Donations;
  donor_stripe_customers: DonorStripeCustomers;
  donors: Donors;
  early_fraud_warnings: EarlyFraudWarnings;
  erasures: Erasures;
  export_runs: ExportRuns;
  gift_starts: GiftStarts;
  inbox_events: InboxEvents;
  installation: Installation;
  ledger_entries: LedgerEntries;
  ledger_journals: LedgerJournals;
  mails: Mails;
  opening_balances: OpeningBalances;
  payouts: Payouts;
  rate_limits: RateLimits;
  receipt_gaps: ReceiptGaps;
  receipts: Receipts;
  refunds: Refunds;
  signups: Signups;
  stored_answers: StoredAnswers;
  subscriptions: Subscriptions;
  sweep_runs: SweepRuns;
  switches: Switches;
  visitor_salts: VisitorSalts;
  votes: Votes;
  worker_heartbeats: WorkerHeartbeats;
}
