import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExportDesk, openExportDesk } from '../support/exports.ts';

const columns =
  'donation_id,created_at,paid_at,paid_at_utc,donor_id,donor_email,donor_name,kind,subscription_id,status,currency,amount,fee_covered,' +
  'settlement_currency,gross,fee,net,refunded,refunded_settled,disputed,dispute_fee,net_after,dispute_status,stripe_payment_intent_id,' +
  'stripe_charge_id,stripe_balance_transaction_id,stripe_subscription_id,stripe_invoice_id,stripe_refund_ids,available_on,payout_id,' +
  'payout_arrival_on,receipt_number,article_url,article_id,article_title,section,campaign,placement';

describe('the report donations', () => {
  let desk: ExportDesk;
  beforeAll(async () => {
    desk = await openExportDesk();
  });
  afterAll(() => desk.close());

  /** Gifts of one test are told apart by their campaign. */
  const ask = (campaign: string, parameters: Record<string, string> = {}) => desk.ask('donations', { campaign, ...parameters });
  const idsOf = async (campaign: string, parameters: Record<string, string>) =>
    (await ask(campaign, parameters)).rows.map((row) => row.donation_id);

  test('has exactly the columns of the contract, also where there is no row', async () => {
    const { text, result } = await ask('nobody');
    expect(text).toBe(`${columns}\r\n`);
    expect(result.rows).toBe(0n);
  });

  test('gives every amount exactly, with the digits that Stripe gives the currency', async () => {
    await desk.books.gift({
      campaign: 'exact',
      amount: 1999n,
      feeCover: 83n,
      settled: { currency: 'eur', gross: 1999n, fee: 58n },
    });
    await desk.books.gift({
      campaign: 'exact',
      amount: 500n,
      currency: 'jpy',
      settled: { currency: 'eur', gross: 306n, fee: 29n },
    });
    await desk.books.gift({
      campaign: 'exact',
      amount: 1230n,
      currency: 'bhd',
      settled: { currency: 'bhd', gross: 1230n, fee: 5n },
    });
    await desk.books.gift({ campaign: 'exact', amount: 7n, settled: { currency: 'eur', gross: 7n, fee: 32n } });
    const { rows } = await ask('exact');
    const amounts = rows.map((row) => [
      row.currency,
      row.amount,
      row.fee_covered,
      row.settlement_currency,
      row.gross,
      row.fee,
      row.net,
      row.net_after,
    ]);
    expect(amounts).toEqual([
      ['eur', '19.99', '0.83', 'eur', '19.99', '0.58', '19.41', '19.41'],
      ['jpy', '500', '0', 'eur', '3.06', '0.29', '2.77', '2.77'],
      ['bhd', '1.230', '0.000', 'bhd', '1.230', '0.005', '1.225', '1.225'],
      ['eur', '0.07', '0.00', 'eur', '0.07', '0.32', '-0.25', '-0.25'],
    ]);
  });

  test('keeps what was charged and says beside it what went back, in both currencies', async () => {
    const gift = await desk.books.gift({
      campaign: 'back',
      amount: 5000n,
      currency: 'usd',
      settled: { currency: 'eur', gross: 4600n, fee: 163n },
    });
    const first = await desk.books.refund(gift, { amount: 1000n, settled: 921n, at: '2026-06-01T00:00:00Z' });
    const second = await desk.books.refund(gift, { amount: 500n, settled: 455n, at: '2026-06-02T00:00:00Z' });
    await desk.books.refund(gift, { amount: 100n, status: 'failed' });
    const { rows, result } = await ask('back');
    expect(rows).toEqual([
      expect.objectContaining({
        ...{
          amount: '50.00',
          gross: '46.00',
          fee: '1.63',
          net: '44.37',
          refunded: '15.00',
          refunded_settled: '13.76',
          net_after: '30.61',
        },
        stripe_refund_ids: `${first.stripeId} ${second.stripeId}`,
        ...{ disputed: '0.00', dispute_fee: '0.00', dispute_status: '' },
      }),
    ]);
    expect(result.totals).toEqual([
      {
        currency: 'usd',
        settlement_currency: 'eur',
        count: 1n,
        amount: 5000n,
        gross: 4600n,
        fee: 163n,
        net: 4437n,
        refunded: 1500n,
      },
    ]);
  });

  test('leaves empty what is not known yet', async () => {
    await desk.books.gift({ campaign: 'open', settled: false, receipt: false, donor: null });
    const { rows } = await ask('open');
    const {
      settlement_currency,
      gross,
      fee,
      net,
      refunded_settled,
      net_after,
      available_on,
      payout_id,
      receipt_number,
      donor_email,
    } = rows[0]!;
    expect([settlement_currency, gross, fee, net, refunded_settled, net_after]).toEqual(['', '', '', '', '', '']);
    expect([available_on, payout_id, receipt_number, donor_email]).toEqual(['', '', '', '']);
    expect(rows[0]).toMatchObject({ amount: '10.00', refunded: '0.00' });
  });

  test('leads from a recurring gift to its subscription, invoice, receipt and payout', async () => {
    const payoutId = await desk.books.payout({ amount: 950n, arrival: '2026-05-14' });
    await desk.books.gift({
      campaign: 'whole',
      recurring: true,
      availableOn: '2026-05-12',
      payoutId,
      donor: { email: 'ann@example.net', name: 'Ann' },
    });
    const { rows } = await ask('whole');
    expect(rows[0]).toMatchObject({
      ...{
        kind: 'recurring',
        donor_email: 'ann@example.net',
        donor_name: 'Ann',
        status: 'succeeded',
        available_on: '2026-05-12',
      },
      ...{ payout_id: payoutId, payout_arrival_on: '2026-05-14', receipt_number: expect.stringMatching(/^2026-\d{6}$/) },
      subscription_id: expect.stringMatching(/^rec_/),
      stripe_subscription_id: expect.stringMatching(/^sub_/),
      stripe_invoice_id: expect.stringMatching(/^in_/),
      stripe_payment_intent_id: expect.stringMatching(/^pi_/),
    });
  });

  test('says where the gift came from', async () => {
    const article = { url: 'https://www.example.org/quay?a=1', id: 'quay', title: 'Who owns the "quay", today?' };
    await desk.books.gift({ campaign: 'origin', article, section: 'city', placement: 'end' });
    const { rows } = await ask('origin');
    expect(rows[0]).toMatchObject({
      article_url: article.url,
      article_id: 'quay',
      article_title: article.title,
      section: 'city',
      placement: 'end',
    });
  });

  test('holds the first instant of the period and not the last, in the chosen zone', async () => {
    const at = async (paidAt: string) => (await desk.books.gift({ campaign: 'edges', paidAt })).id;
    const [before, first, last, after] = [
      await at('2026-03-31T21:59:59Z'),
      await at('2026-03-31T22:00:00Z'),
      await at('2026-04-30T21:59:59Z'),
      await at('2026-04-30T22:00:00Z'),
    ];
    const april = { from: '2026-04-01', before: '2026-05-01' };
    expect(await idsOf('edges', april)).toEqual([first, last]);
    expect(await idsOf('edges', { ...april, tz: 'UTC' })).toEqual([last, after]);
    expect(await idsOf('edges', { before: '2026-04-01' })).toEqual([before]);
    expect(await idsOf('edges', { from: '2026-05-01' })).toEqual([after]);
  });

  test('writes instants with the offset that held then, on both sides of a change of the clocks', async () => {
    await desk.books.gift({ campaign: 'clocks', paidAt: '2026-03-29T00:59:59Z' });
    await desk.books.gift({ campaign: 'clocks', paidAt: '2026-03-29T01:00:00Z' });
    await desk.books.gift({ campaign: 'clocks', paidAt: '2026-10-25T00:30:00Z' });
    await desk.books.gift({ campaign: 'clocks', paidAt: '2026-10-25T01:30:00Z' });
    const { rows } = await ask('clocks');
    expect(rows.map((row) => row.paid_at)).toEqual([
      '2026-03-29T01:59:59+01:00',
      '2026-03-29T03:00:00+02:00',
      '2026-10-25T02:30:00+02:00',
      '2026-10-25T02:30:00+01:00',
    ]);
    expect(rows[3]?.paid_at_utc).toBe('2026-10-25T01:30:00Z');
    const nepal = await ask('clocks', { tz: 'Asia/Kathmandu', before: '2026-04-01' });
    expect(nepal.rows[0]?.paid_at).toBe('2026-03-29T06:44:59+05:45');
    const newYork = await ask('clocks', { tz: 'America/New_York', before: '2026-04-01' });
    expect(newYork.rows[0]?.paid_at).toBe('2026-03-28T20:59:59-04:00');
  });

  test('a day has 23 or 25 hours where the clocks change', async () => {
    await desk.books.gift({ campaign: 'long', paidAt: '2026-03-29T21:59:59Z' });
    await desk.books.gift({ campaign: 'long', paidAt: '2026-10-24T22:00:00Z' });
    await desk.books.gift({ campaign: 'long', paidAt: '2026-10-25T22:59:59Z' });
    expect(await idsOf('long', { from: '2026-03-29', before: '2026-03-30' })).toHaveLength(1);
    expect(await idsOf('long', { from: '2026-10-25', before: '2026-10-26' })).toHaveLength(2);
  });

  test('goes by the basis that is asked for', async () => {
    const payoutId = await desk.books.payout({ amount: 950n, arrival: '2026-08-05' });
    const dates = { createdAt: '2026-05-20T10:00:00Z', paidAt: '2026-06-20T10:00:00Z', availableOn: '2026-07-20' };
    const paid = await desk.books.gift({ campaign: 'basis', ...dates, payoutId });
    const unpaid = await desk.books.gift({ campaign: 'basis', status: 'pending', createdAt: '2026-05-20T11:00:00Z' });
    const month = (from: string, before: string, basis: string) => idsOf('basis', { from, before, basis });
    expect(await month('2026-05-01', '2026-06-01', 'created')).toEqual([paid.id, unpaid.id]);
    expect(await month('2026-06-01', '2026-07-01', 'paid')).toEqual([paid.id]);
    expect(await month('2026-07-20', '2026-07-21', 'available')).toEqual([paid.id]);
    expect(await month('2026-08-05', '2026-08-06', 'payout')).toEqual([paid.id]);
    expect(await month('2026-05-01', '2026-06-01', 'paid')).toEqual([]);
    expect(await idsOf('basis', {})).toEqual([paid.id]);
    // A day at Stripe is a day in UTC, in whatever zone the report is written.
    expect(
      await idsOf('basis', { from: '2026-07-20', before: '2026-07-21', basis: 'available', tz: 'America/Los_Angeles' }),
    ).toEqual([paid.id]);
  });

  test('is cut down by status, currency and article, with totals of just these rows', async () => {
    const article = { url: 'https://www.example.org/lock', id: 'lock' };
    const euro = await desk.books.gift({ campaign: 'cut', article, amount: 300n });
    const yen = await desk.books.gift({ campaign: 'cut', currency: 'jpy', amount: 400n });
    const failed = await desk.books.gift({
      campaign: 'cut',
      status: 'failed',
      article: { url: 'https://www.example.org/other' },
    });
    const all = { basis: 'created' };
    const cases: [Record<string, string>, string[]][] = [
      [{ status: 'failed' }, [failed.id]],
      [{ currency: 'JPY' }, [yen.id]],
      [{ article: article.url }, [euro.id]],
      [{ article: 'lock' }, [euro.id]],
      [{}, [euro.id, yen.id, failed.id]],
    ];
    for (const [filter, expected] of cases) {
      const { rows, result } = await ask('cut', { ...all, ...filter });
      expect(rows.map((row) => row.donation_id).sort()).toEqual(expected.sort());
      expect(result.totals.reduce((sum, { count }) => sum + (count as bigint), 0n)).toBe(BigInt(expected.length));
    }
  });

  test.each(["'; drop table donations; --", "' or '1'='1", '\\', "\\'; select 1; --", '$1', ":'from'", '--', '/*', 'ä\n€'])(
    'takes %j for a text in every filter, and nothing else',
    async (text) => {
      const gift = await desk.books.gift({ campaign: text, article: { url: text, id: text } });
      for (const filter of [{ campaign: text }, { article: text }, { article: text, campaign: text }]) {
        const { rows } = await desk.ask('donations', filter as Record<string, string>);
        expect(rows.map((row) => row.donation_id)).toEqual([gift.id]);
      }
    },
  );
});
