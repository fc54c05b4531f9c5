import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answered, type Gift, giveOnce, newKey, pay } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

let stand: Stand;
let [gift, one, other, disputed]: Gift[] = [];
beforeAll(async () => {
  stand = await openStand();
  [gift, one, other, disputed] = await Promise.all([1000, 500, 500, 1000].map(paidGift));
  await stand.settle();
}, 60_000);
afterAll(() => stand?.close());

async function paidGift(amount: number, index: number): Promise<Gift> {
  const begun = await giveOnce(stand, { amount, currency: 'eur' });
  await pay(stand, begun, { email: `reader-${index}@example.net` });
  return begun;
}

function refund(id: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${stand.url}/v1/admin/donations/${id}/refunds`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${stand.financeKey}`,
      'idempotency-key': newKey(),
      ...headers,
    },
    body: JSON.stringify(body),
  });
}

const reason = 'requested_by_customer';

describe('refunds that staff ask for', () => {
  test('are never more than is left, however many ask at once', async () => {
    const asked = await Promise.all(Array.from({ length: 50 }, () => refund(gift!.id, { amount: 300, reason })));
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(asked.filter(({ status }) => status === 409)).toHaveLength(47);
    const refused = (await asked.find(({ status }) => status === 409)!.json()) as { type: string; detail: string };
    expect(refused.type).toMatch(/\/refund-exceeds-donation$/);
    expect(refused.detail).toBe('1.00 EUR of this donation is left to refund.');
    await stand.settle();
    const { data } = await stand.stripe.refunds.list({ limit: 100 });
    expect(data.map(({ amount }) => amount)).toEqual([300, 300, 300]);
    const { rows } = await stand.database.pool.query(
      'select refunded_minor from refunds join donations on donations.id = donation_id',
    );
    expect(rows.map((row) => row.refunded_minor)).toEqual([900n, 900n, 900n]);
    const mails = await stand.mails('reader-0@example.net');
    expect(mails).toHaveLength(4); // the receipt, and a correction for each
  });

  test('without an amount take what is left, and then nothing is', async () => {
    const made = await answered<{ id: string }>(await refund(gift!.id, { reason, note: 'Given twice' }), 201);
    expect(made).toEqual({
      id: expect.stringMatching(/^rfd_/),
      status: 'requested',
      donation_id: gift!.id,
      amount: 100,
      currency: 'eur',
    });
    expect((await refund(gift!.id, { reason })).status).toBe(409);
  });

  test('come once where the same request comes again, and are another donation’s where that is asked', async () => {
    const same = { 'idempotency-key': newKey() };
    const first = await answered<{ id: string }>(await refund(one!.id, { amount: 200, reason }, same), 201);
    expect(await answered(await refund(one!.id, { amount: 200, reason }, same), 201)).toEqual(first);
    expect((await refund(other!.id, { amount: 200, reason }, same)).status).toBe(422);
    // As if the process had died after the refund was written down, and before its answer was kept.
    const lost = await stand.database.pool.query(
      `update stored_answers set status = null, headers = null, body = null, leased_until = now() - interval '1 second'
       where body like '%' || $1 || '%'`,
      [first.id],
    );
    expect(lost.rowCount).toBe(1);
    expect(await answered(await refund(one!.id, { amount: 200, reason }, same), 201)).toEqual(first);
    const { rows } = await stand.database.pool.query('select id from refunds where donation_id = $1', [one!.id]);
    expect(rows).toEqual([{ id: first.id }]);
  });

  test('count what a bank took back as gone, and need a gift that was paid', async () => {
    await stand.database.pool.query(
      `insert into disputes (id, donation_id, stripe_charge_id, status, reason, currency, amount_minor, created_at)
       values ('du_1', $1, 'ch_1', 'under_review', 'fraudulent', 'eur', 800, now()), ('du_2', $1, 'ch_1', 'won', 'general', 'eur', 900, now())`,
      [disputed!.id],
    );
    expect((await refund(disputed!.id, { amount: 201, reason })).status).toBe(409);
    expect((await refund(disputed!.id, { amount: 200, reason })).status).toBe(201);
    const unpaid = await giveOnce(stand, { amount: 1000, currency: 'eur' });
    const refused = await answered<{ detail: string }>(await refund(unpaid.id, { reason }), 409);
    expect(refused.detail).toMatch(/^This donation was not paid/);
  });

  test('say what is wrong with them', async () => {
    const pointers = async (answer: Promise<Response>) => {
      const { errors } = await answered<{ errors: { pointer: string; detail: string }[] }>(await answer, 422);
      expect(errors[0]).toEqual({ pointer: '/amount', detail: 'must be more than 0' });
      return errors.map(({ pointer }) => pointer);
    };
    expect(await pointers(refund(gift!.id, { amount: 0, reason: 'regret', surprise: 1 }))).toEqual([
      '/amount',
      '/reason',
      '/surprise',
    ]);
    expect((await refund('don_0', { reason })).status).toBe(404);
    expect((await refund(gift!.id, { reason }, { authorization: '' })).status).toBe(401);
    expect((await refund(gift!.id, { reason }, { 'idempotency-key': '' })).status).toBe(400);
  });
});
