import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportRows, giveOnce, pay } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

describe('a one-time donation, from the question to the books', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand();
  });
  afterAll(() => stand?.close());

  test('becomes one gift, one charge, one journal, one receipt in the mail and one row in the export', async () => {
    const gift = await giveOnce(stand, {
      amount: 750,
      currency: 'eur',
      article: { url: 'https://www.example.org/night-shift', id: 'a-17', title: 'The night shift', section: 'Harbour' },
      campaign: 'autumn',
      placement: 'under-article',
    });
    expect(gift).toMatchObject({ status: 'pending', amount: 750, currency: 'eur' });

    const paid = await pay(stand, gift, { email: 'reader@example.net', name: 'A Reader' });
    expect(paid.status).toBe(200);
    await stand.settle();

    const answer = await fetch(`${stand.url}/v1/donations/${gift.id}`);
    expect(await answer.json()).toMatchObject({ id: gift.id, status: 'succeeded', amount: 750, currency: 'eur' });

    const mails = await stand.mails('reader@example.net');
    expect(mails).toHaveLength(1);
    expect(mails[0]!.text).toContain('7.50');
    expect(mails[0]!.text).toContain('This is not a tax receipt.');

    const rows = await exportRows(stand, 'donations');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      donation_id: gift.id,
      donor_email: 'reader@example.net',
      kind: 'one-time',
      status: 'succeeded',
      currency: 'eur',
      amount: '7.50',
      settlement_currency: 'eur',
      gross: '7.50',
      fee: '0.52',
      net: '6.98',
      article_id: 'a-17',
      campaign: 'autumn',
      placement: 'under-article',
    });
    expect(rows[0]!.stripe_balance_transaction_id).toMatch(/^txn_/);
    expect(rows[0]!.receipt_number).toMatch(/^\d{4}-000001$/);

    const entries = await exportRows(stand, 'ledger');
    expect(entries.map(({ account, debit, credit }) => [account, debit || `-${credit}`]).sort()).toEqual([
      ['donations', '-7.50'],
      ['stripe_balance', '6.98'],
      ['stripe_fees', '0.52'],
    ]);
  });
});
