import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachDonor, type Person } from '../../src/donors/attach-donor.ts';
import { chooseDonor } from '../../src/donors/choose-donor.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

describe('the donor of a gift', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());

  const person = (changes: Partial<Person>): Person => ({
    email: null,
    name: null,
    locale: null,
    customerId: null,
    at: new Date('2026-11-01T00:00:00Z'),
    ...changes,
  });
  const attach = (changes: Partial<Person>) =>
    ground.services.db.transaction().execute((trx) => attachDonor(trx, ground.services, person(changes)));
  const donor = (id: string | null) => ground.row('select * from donors where id = $1', id);

  test('is one an address, whatever its case, also when many gifts come at once', async () => {
    const spellings = ['Ann@Example.net', 'ann@example.net', ' ANN@EXAMPLE.NET '];
    const ids = await Promise.all(
      Array.from({ length: 12 }, (_one, index) => attach({ email: spellings[index % 3]!, customerId: `cus_${index}` })),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await donor(ids[0]!)).toMatchObject({ email_key: 'ann@example.net' });
    expect(await ground.rows('select donor_id from donor_stripe_customers where donor_id = $1', ids[0])).toHaveLength(12);
  });

  test('keeps the name that was given first and takes one where there was none', async () => {
    const id = await attach({ email: 'bo@example.net' });
    await attach({ email: 'bo@example.net', name: 'Bo' });
    await attach({ email: 'bo@example.net', name: 'Someone Else' });
    expect(await donor(id)).toMatchObject({ name: 'Bo' });
  });

  test('is known by the customer where no address is told, and nobody where neither is', async () => {
    const id = await attach({ email: 'cy@example.net', customerId: 'cus_cy' });
    expect(await attach({ customerId: 'cus_cy' })).toBe(id);
    expect(await attach({ name: 'Nobody' })).toBe(null);
  });

  test('stays erased, however often Stripe is read again', async () => {
    const id = await attach({ email: 'dee@example.net', name: 'Dee', customerId: 'cus_dee' });
    await ground.database.pool.query(
      'update donors set email = null, email_key = null, name = null, erased_at = now() where id = $1',
      [id],
    );
    expect(await attach({ email: 'dee@example.net', name: 'Dee', customerId: 'cus_dee' })).toBe(id);
    const chosen = await ground.services.db
      .transaction()
      .execute((trx) => chooseDonor(trx, ground.services, id, person({ email: 'dee@example.net', name: 'Dee' })));
    expect(chosen).toBe(id);
    expect(await donor(id)).toMatchObject({ email: null, name: null });
    expect(await ground.rows("select id from donors where email_key = 'dee@example.net'")).toEqual([]);
  });

  test('may give many times at once, and every gift is recorded', async () => {
    const gifts = await Promise.all(Array.from({ length: 10 }, () => ground.begin()));
    for (const gift of gifts) await ground.payGift(gift, { email: 'eve@example.net' });
    await ground.deliver(await ground.events());
    await Promise.all([ground.work(), ground.work(), ground.work()]);
    const rows = await ground.rows(
      'select distinct donor_id, status from donations where id = any($1)',
      gifts.map(({ id }) => id),
    );
    expect(rows).toEqual([{ donor_id: expect.any(String), status: 'succeeded' }]);
    expect(await ground.rows('select id from inbox_events where attempts > 0 or state = $1', 'pending')).toEqual([]);
    const numbers = await ground.rows<{ sequence: number }>('select sequence from receipts order by year, sequence');
    expect(numbers.map(({ sequence }) => sequence)).toEqual(numbers.map((_one, index) => index + 1));
  });
});
