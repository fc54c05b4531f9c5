import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Services } from '../../src/services.ts';
import { locales, textsOf } from '../../src/text.ts';
import { tellTimeline } from '../../src/timeline/tell-timeline.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { testConfig } from '../support/settings.ts';

/** Two gifts to which everything happened that can, an hour after each other; the rules of the books are not asked. */
const everything = `
  set session_replication_role = replica;
  insert into donors (id, created_at, erased_at) values ('dnr_1', '2026-05-01', '2026-05-30');
  insert into subscriptions (id, donor_id, status, interval, currency, amount_minor, created_at, stop_requested_at, ended_at)
    values ('rec_1', 'dnr_1', 'canceled', 'month', 'eur', 1000, '2026-05-01', '2026-05-20', '2026-05-21');
  insert into donations (id, kind, subscription_id, donor_id, status, currency, amount_minor, created_at) values
    ('don_2', 'recurring', 'rec_1', 'dnr_1', 'processing', 'eur', 1000, '2026-05-02T10:00:00Z');
  insert into donations (id, kind, status, currency, amount_minor, article_url, created_at, paid_at, stripe_charge_id,
    stripe_payment_intent_id, stripe_balance_transaction_id, settlement_currency, gross_minor, fee_minor, net_minor) values
    ('don_1', 'one-time', 'succeeded', 'eur', 5000, 'https://www.example.org/quay?x=1', '2026-05-02T10:00:00Z', '2026-05-02T11:00:00Z',
     'ch_1', 'pi_1', 'txn_1', 'eur', 5000, 100, 4900);
  insert into checkouts (idempotency_key, attempt, donation_id, state, parameters, expires_at, created_at)
    values ('c1', 'a1', 'don_1', 'expired', '{}', '2026-05-02T10:40:00Z', '2026-05-02T10:01:00Z');
  insert into declines values ('evt_1', 'don_1', '2026-05-02T10:30:00Z');
  insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor, available_on, created_at, payout_id)
    select 'txn_' || n, 'x', 'x', 'eur', net, 0, net, now(), timestamptz '2026-05-02T11:00:00Z' + n * interval '1 hour',
      case when n = 1 then 'po_1' when n = 2 then 'po_2' end
    from (values (1, 4900), (2, -1000), (3, 1000), (4, -2500), (5, 2000), (6, -5000), (7, 300)) as moved (n, net);
  insert into ledger_journals (id, position, kind, occurred_at, booked_on, memo, donation_id, dispute_id, stripe_balance_transaction_id) values
    ('jrn_1', 1, 'dispute', '2026-05-02T15:00:00Z', '2026-05-02', '', 'don_1', 'du_1', 'txn_4'),
    ('jrn_2', 2, 'dispute-reversal', '2026-05-02T16:00:00Z', '2026-05-02', '', 'don_1', 'du_1', 'txn_5'),
    ('jrn_3', 3, 'gift-failure', '2026-05-02T17:00:00Z', '2026-05-02', '', 'don_1', null, 'txn_6'),
    ('jrn_4', 4, 'dispute-reversal', '2026-05-02T18:00:00Z', '2026-05-02', '', 'don_1', 'du_3', 'txn_7');
  insert into mails (id, kind, subject_id, dedupe_key, to_address, subject, text_body, html_body, message_id, created_at, sent_at, given_up_at) values
    ('mail_1', 'receipt', 'rcp_1', 'd1', 'a', '', '', '', 'm1', now(), '2026-05-02T12:10:00Z', null),
    ('mail_2', 'correction', 'rcp_2', 'd2', 'a', '', '', '', 'm2', now(), '2026-05-02T14:10:00Z', null),
    ('mail_4', 'debit-failed', 'don_3', 'debit-failed:don_3', 'a', '', '', '', 'm4', now(), now(), null),
    ('mail_3', 'correction', 'rcp_3', 'd3', 'a', '', '', '', 'm3', now(), null, '2026-05-03T14:10:00Z');
  insert into receipts (id, year, sequence, kind, donation_id, corrects_receipt_id, dispute_id, currency, amount_minor, issued_at, mail_id) values
    ('rcp_1', 2026, 1, 'gift', 'don_1', null, null, 'eur', 5000, '2026-05-02T12:05:00Z', 'mail_1'),
    ('rcp_2', 2026, 2, 'correction', 'don_1', 'rcp_1', null, 'eur', 5000, '2026-05-02T14:05:00Z', 'mail_2'),
    ('rcp_3', 2026, 3, 'correction', 'don_1', 'rcp_2', 'du_1', 'eur', 5000, '2026-05-03T14:05:00Z', 'mail_3');
  insert into refunds (id, donation_id, status, amount_minor, currency, requested_by, created_at, asked_at, failure_reason,
    stripe_balance_transaction_id, failure_balance_transaction_id) values
    ('rfd_1', 'don_1', 'failed', 1000, 'eur', null, '2026-05-02T12:30:00Z', null, 'lost_or_stolen_card', 'txn_2', 'txn_3'),
    ('rfd_2', 'don_1', 'unknown', 500, 'eur', 'key_1', '2026-05-04T10:00:00Z', '2026-05-04T10:01:00Z', null, null, null),
    ('rfd_3', 'don_1', 'failed', 600, 'eur', 'key_1', '2026-05-04T11:00:00Z', null, 'charge_disputed', null, null);
  insert into audit_entries (at, actor, action, object_id) values ('2026-05-04T11:01:00Z', 'service', 'refund.refused', 'rfd_3');
  insert into early_fraud_warnings (id, donation_id, stripe_charge_id, fraud_type, actionable, created_at)
    values ('issfr_1', 'don_1', 'ch_1', 'misc', true, '2026-05-02T14:30:00Z');
  insert into disputes (id, donation_id, stripe_charge_id, status, reason, currency, amount_minor, created_at) values
    ('du_1', 'don_1', 'ch_1', 'lost', 'fraudulent', 'eur', 5000, '2026-05-02T14:50:00Z'),
    ('du_3', 'don_1', 'ch_1', 'won', 'duplicate', 'eur', 300, '2026-05-02T14:55:00Z'),
    ('du_2', 'don_1', 'ch_1', 'warning_closed', 'general', 'eur', 5000, '2026-05-02T14:40:00Z');
  insert into payouts (id, status, currency, amount_minor, automatic, reconciliation_status, arrival_on, created_at) values
    ('po_1', 'paid', 'eur', 998800, true, 'completed', '2026-05-06', now()), ('po_2', 'failed', 'eur', 1, true, 'completed', '2026-05-07', now());
  insert into donations (id, kind, status, currency, amount_minor, created_at, paid_at, stripe_charge_id, stripe_balance_transaction_id,
    settlement_currency, gross_minor, fee_minor, net_minor)
    values ('don_3', 'one-time', 'succeeded', 'eur', 1, now(), now(), 'ch_3', 'txn_2', 'eur', 1, 0, 1);
  set session_replication_role = origin`;

let database: TestDatabase;
let services: Services;
beforeAll(async () => {
  database = await openTestDatabase();
  services = { db: database.db, config: testConfig(), clock: { now: () => new Date('2026-06-01T00:00:00Z') } } as Services;
  await database.pool.query(everything);
});
afterAll(() => database.close());

test('a timeline has a sentence in every language for everything that can happen, in order', async () => {
  for (const locale of locales) {
    const told = (await Promise.all(['don_1', 'don_2', 'don_3'].map((id) => tellTimeline(services, id, locale)))).flat();
    const kinds = new Set(told.map(({ kind }) => kind.replaceAll('-', '_')));
    expect([...kinds].sort()).toEqual(Object.keys(textsOf(locale, 'timeline')).sort());
    expect(told.filter(({ text }) => text.length < 8 || /[{}]|undefined/.test(text))).toEqual([]);
  }
  const story = await tellTimeline(services, 'don_1', 'en');
  expect(story.map(({ kind }) => kind)).toEqual([
    ...[
      'begun',
      'page',
      'declined',
      'page-closed',
      'paid',
      'settled',
      'gift-issued',
      'gift-sent',
      'refund-elsewhere',
      'refund-made',
    ],
    ...[
      'refund-came-back',
      'correction-issued',
      'correction-sent',
      'fraud-warning',
      'inquiry',
      'dispute',
      'dispute',
      'dispute-took',
    ],
    ...['dispute-gave-back', 'failed-after-all', 'dispute-gave-back', 'dispute-won'],
    ...['dispute-lost', 'correction-issued', 'letter-given-up', 'refund-asked'],
    ...['refund-unknown', 'refund-asked', 'refund-refused', 'payout'],
  ]);
  expect(story.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      'Somebody began to give €50.00 (EUR) under “https://www.example.org/quay”.',
      'Stripe refused the refund of €6.00 (EUR): charge_disputed.',
      'The dispute took €25.00 (EUR) out of the balance, its fee included.',
      'Stripe kept €1.00 (EUR); €49.00 (EUR) of it came into the balance.',
      'The dispute over €3.00 (EUR) was won.',
      '€49.00 (EUR) went to the bank with the payout po_1, which arrives on 6 May 2026.',
    ]),
  );
  expect(story.at(-1)).toMatchObject({ kind: 'payout', amount: 4900n, currency: 'eur' });
  const german = await tellTimeline(services, 'don_1', 'de');
  expect(german.map(({ text }) => text.replaceAll('\u00a0', ' '))).toContain('50,00 € (EUR) wurden bezahlt.');
});
