import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answered, type Gift, giveOnce, newKey, pay } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

type Told = { data: { kind: string; text: string; at: string; object_id: string | null }[] };
type Hits = { data: { kind: string; id: string; donation_id: string | null; label: string | null }[] };

let stand: Stand;
let given: Gift;
let disputed: Gift;
beforeAll(async () => {
  stand = await openStand();
  const article = { url: 'https://www.example.org/quay?from=mail', title: 'Who owns the quay?' };
  given = await giveOnce(stand, { amount: 2500, currency: 'eur', name: 'Ada Brightwater', article });
  await pay(stand, given, { email: 'Ada@example.net' });
  disputed = await giveOnce(stand, { amount: 4200, currency: 'eur' });
  await pay(stand, disputed, { email: 'bea@example.net', card: 'pm_card_createDispute' });
  await pay(stand, await giveOnce(stand, { amount: 9000, currency: 'eur' }), { email: 'cy@example.net' }); // else nothing is left to pay out
  await stand.settle();
  const refund = ask('POST', `donations/${given.id}/refunds`, { amount: 1000, reason: 'duplicate', note: 'Twice' });
  await answered(await refund, 201);
  await stand.settle();
}, 60_000);
afterAll(() => stand?.close());

function ask(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${stand.url}/v1/admin/${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${stand.financeKey}`, 'idempotency-key': newKey() },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const read = async <Body>(path: string): Promise<Body> => answered<Body>(await ask('GET', path), 200);
const search = async (text: string) => (await answered<Hits>(await ask('POST', 'search', { text }), 200)).data;

describe('one gift, for staff', () => {
  test('is told whole: who gave it, what Stripe kept, what went back, every paper', async () => {
    expect(await read(`donations/${given.id}`)).toMatchObject({
      id: given.id,
      status: 'succeeded',
      amount: 2500,
      refunded: 1000,
      gross: 2500,
      fee: 103,
      net: 2397,
      available_on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      donor: { email: 'Ada@example.net', name: 'Ada Brightwater', is_erased: false },
      refunds: [{ status: 'succeeded', amount: 1000, note: 'Twice', requested_by: expect.stringMatching(/^key_/) }],
      receipts: [
        { kind: 'gift', sent_at: expect.any(String) },
        { kind: 'correction', refunded: 1000 },
      ],
      disputes: [],
    });
    expect((await ask('GET', 'donations/don_0')).status).toBe(404);
    expect((await ask('GET', 'donations/don_0/timeline')).status).toBe(404);
    expect((await ask('GET', 'payouts/po_0')).status).toBe(404);
  });

  test('has a timeline in plain words, in order', async () => {
    const { data } = await read<Told>(`donations/${given.id}/timeline?locale=en`);
    const kinds = data.map(({ kind }) => kind);
    expect(kinds.filter((kind) => ['begun', 'page', 'paid', 'settled'].includes(kind))).toEqual([
      'begun',
      'page',
      'paid',
      'settled',
    ]);
    expect(kinds.slice(0, 3)).toEqual(['begun', 'page', 'paid']);
    expect(kinds.slice(3).sort()).toEqual(
      ['settled', 'correction-issued', 'correction-sent', 'gift-issued', 'gift-sent', 'refund-asked', 'refund-made'].sort(),
    );
    const seconds = data.map(({ at }) => at.slice(0, 19)); // Stripe tells no more of an instant
    expect(seconds).toEqual(seconds.toSorted());
    const texts = data.map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining([
        'Somebody began to give €25.00 (EUR) under “Who owns the quay?”.',
        '€25.00 (EUR) was paid.',
        'Stripe kept €1.03 (EUR); €23.97 (EUR) of it came into the balance.',
        'Tests asked for a refund of €10.00 (EUR).',
        '€10.00 (EUR) went back to the donor.',
      ]),
    );
    const german = await read<Told>(`donations/${given.id}/timeline?locale=de`);
    expect(german.data.map(({ text }) => text)).toContain('10,00\u00a0€ (EUR) gingen zurück.');
  });

  test('tells of a dispute, and of the payout that it went to the bank with', async () => {
    await stand.advance(4 * 24 * 3600);
    await stand.settle();
    const { data } = await read<Told>(`donations/${disputed.id}/timeline`);
    const kinds = data.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['dispute', 'dispute-took', 'payout']));
    const payoutId = data.find(({ kind }) => kind === 'payout')!.object_id!;
    const payout = await read<{ amount: number; sum: number; difference: number; lines: { net: number; donation_id: string }[] }>(
      `payouts/${payoutId}`,
    );
    expect(payout.difference).toBe(0);
    expect(payout.lines.reduce((sum, { net }) => sum + net, 0)).toBe(payout.amount);
    expect(payout.lines.map(({ donation_id }) => donation_id)).toContain(given.id);
    expect((await read<{ payout: { id: string } }>(`donations/${given.id}`)).payout.id).toBe(payoutId);
  });

  test('is found by whatever is known of it, and only that somebody searched is kept', async () => {
    const gift = await read<{
      stripe_payment_intent_id: string;
      donor: { id: string };
      receipts: { number: string }[];
      refunds: { stripe_refund_id: string }[];
    }>(`donations/${given.id}`);
    const donor = { kind: 'donor', id: gift.donor.id, donation_id: null, label: expect.stringContaining('Ada Brightwater') };
    for (const text of ['ada@ex', ' ADA@example.net', 'brightw', 'water ada', gift.donor.id]) {
      expect(await search(text), text).toEqual(text.startsWith('water') ? [] : [donor]);
    }
    for (const text of [given.id, gift.stripe_payment_intent_id]) {
      expect(await search(text)).toEqual([{ kind: 'donation', id: given.id, donation_id: given.id, label: 'succeeded' }]);
    }
    expect(await search(gift.refunds[0]!.stripe_refund_id)).toMatchObject([{ kind: 'refund', donation_id: given.id }]);
    expect(await search(gift.receipts[0]!.number)).toMatchObject([{ kind: 'receipt', donation_id: given.id }]);
    for (const text of ['https://www.example.org/quay/', 'HTTPS://www.example.org/quay?from=elsewhere#top']) {
      expect(await search(text), text).toEqual([{ kind: 'donation', id: given.id, donation_id: given.id, label: 'succeeded' }]);
    }
    expect(await search('example.org')).toEqual([
      { kind: 'donation', id: given.id, donation_id: given.id, label: 'https://www.example.org/quay' },
    ]);
    expect(await search('@Example.net')).toHaveLength(3);
    expect(await search('example.ne')).toEqual([]);
    for (const text of ['%@', '!!', "o'brien & (x", 'pi_nothing']) expect(await search(text)).toEqual([]);
    const { rows } = await stand.database.pool.query("select * from audit_entries where action = 'search' order by id");
    expect(rows).toHaveLength(18);
    expect(rows[0]).toMatchObject({ actor: expect.stringMatching(/^key_/), detail: { way: 'address', hits: 1 } });
    expect(JSON.stringify(rows.map(({ detail }) => detail))).not.toMatch(/ada/i);
    expect((await ask('POST', 'search', { text: 'x' })).status).toBe(422);
  });
});
