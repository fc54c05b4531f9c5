import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportRows, giveRegularly, pay } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

const month = 31 * 24 * 3600;

describe('a monthly donation', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand();
  });
  afterAll(() => stand?.close());

  test('is a gift, a receipt and a row every month, each with the article it began under', async () => {
    const gift = await giveRegularly(stand, {
      amount: 1000,
      currency: 'eur',
      interval: 'month',
      article: { url: 'https://www.example.org/quay', id: 'a-18', title: 'Who owns the quay?' },
      campaign: 'spring',
    });
    await pay(stand, gift, { email: 'monthly@example.net' });
    await stand.settle();
    for (const _ of [1, 2, 3]) {
      await stand.advance(month);
      await stand.settle();
    }
    const rows = await exportRows(stand, 'donations');
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(row).toMatchObject({
        kind: 'recurring',
        subscription_id: gift.id,
        status: 'succeeded',
        amount: '10.00',
        article_id: 'a-18',
        campaign: 'spring',
      });
    }
    for (const year of new Set(rows.map(({ receipt_number }) => receipt_number!.slice(0, 4)))) {
      const numbers = rows.map(({ receipt_number }) => receipt_number!).filter((number) => number.startsWith(year));
      expect(numbers).toEqual(numbers.map((_, index) => `${year}-${String(index + 1).padStart(6, '0')}`));
    }
    expect(await stand.mails('monthly@example.net')).toHaveLength(4);
  });

  test('stops from the link in any receipt, in two clicks, and no further gift is taken', async () => {
    const [mail] = await stand.mails('monthly@example.net');
    const link = /http:\/\/\S+\/stop\/\S+/.exec(mail!.text)![0];
    const shown = await fetch(link);
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain('<button');

    const stopped = await fetch(link, { method: 'POST', redirect: 'manual' });
    expect(stopped.status).toBe(303);
    await stand.settle();
    expect((await stand.mails('monthly@example.net')).at(-1)!.subject).toMatch(/stopped|ended/i);
    expect(
      await (await fetch(`${stand.url}/v1/subscriptions/${(await exportRows(stand, 'donations'))[0]!.subscription_id}`)).json(),
    ).toMatchObject({ status: 'canceled' });

    await stand.advance(month);
    await stand.settle();
    expect(await exportRows(stand, 'donations')).toHaveLength(4);
  });
});
