import { afterAll, beforeAll, expect, test } from 'vitest';
import { toCurrency } from '../../src/currency.ts';
import { createDonation } from '../../src/donations/create-donation.ts';
import { eraseDonor } from '../../src/erasure/erase-donor.ts';
import { money } from '../../src/money.ts';
import { eventually } from '../support/eventually.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

const email = 'Ada.Brightwater@example.net';

let ground: MoneyGround;
beforeAll(async () => {
  ground = await openMoneyGround();
  await ground.database.pool.query('insert into installation (livemode) values (false) on conflict do nothing');
});
afterAll(() => ground?.close());

test('leaves no event that tells of them: of pages that were never paid on, and however the address was written', async () => {
  const left = await createDonation(ground.services, {
    ...{ interval: 'once', amount: money(900n, toCurrency('eur')), coverFees: false, anonymous: false, locale: 'en' },
    ...{ email: email.toUpperCase(), name: 'Ada' },
  } as Parameters<typeof createDonation>[1]);
  const paid = await ground.begin();
  await ground.payGift(paid, { email, name: 'Ada Brightwater' });
  await ground.advance(2 * 3600);
  await ground.tell();
  const shown = await ground.rows<{ type: string }>(
    `select type from inbox_events where position('brightwater' in lower(convert_from(body, 'UTF8'))) > 0`,
  );
  expect(shown.map(({ type }) => type)).toContain('checkout.session.expired');
  await ground.deliver([
    {
      ...{ id: 'evt_customer', type: 'customer.updated', object: 'event', created: 1, livemode: false, api_version: null },
      data: { object: { id: 'cus_elsewhere', object: 'customer', email: email.toLowerCase() } },
    } as never,
  ]);
  const { donor } = await ground.row<{ donor: string }>('select donor_id as donor from donations where id = $1', paid.id);
  expect(await ground.row('select status from donations where id = $1', left.id)).toEqual({ status: 'expired' });

  // A worker that works on an event of theirs at that moment
  const worker = await ground.database.pool.connect();
  await worker.query('begin');
  await worker.query('select id from inbox_events where type = $1 order by id for update', ['payment_intent.succeeded']);
  const erased = eraseDonor(ground.services, { donorId: donor, askedBy: 'shell' });
  await eventually(async () => {
    const { waiting } = await ground.row<{ waiting: bigint }>('select count(*) as waiting from pg_locks where not granted');
    expect(waiting).toBe(1n);
  });
  await worker.query('select id from donations where id = $1 for no key update', [paid.id]);
  await worker.query('commit');
  worker.release();
  await erased;
  // Of all that was typed there is not even a hash left, by which a guess could be proved.
  expect(await ground.rows('select wish_hash from checkouts where wish_hash is not null')).toEqual([]);
  expect(
    await ground.rows(
      `select type, body from inbox_events where position('brightwater' in lower(convert_from(body, 'UTF8'))) > 0`,
    ),
  ).toEqual([]);
});
