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
