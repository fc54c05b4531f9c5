import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plusSeconds } from '../../src/clock.ts';
import { attachDonor } from '../../src/donors/attach-donor.ts';
import { eraseCommand } from '../../src/erasure/erase-command.ts';
import { eraseDonor } from '../../src/erasure/erase-donor.ts';
import { forgetWhatIsOld } from '../../src/erasure/forget-what-is-old.ts';
import { runChecks } from '../../src/operations/run-checks.ts';
import { createApiKey } from '../../src/staff/create-api-key.ts';
import { answered, ask, type Gift, giveOnce, giveRegularly, newKey, pay } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

const email = 'Ada.Brightwater@example.net';
const person = { currency: 'eur', amount: 1000, email, name: 'Ada Brightwater', message: 'Ada Brightwater was here' };

let stand: Stand;
let adminKey: string;
let once: Gift;
let monthly: Gift;
let donorId: string;
beforeAll(async () => {
  stand = await openStand();
  adminKey = (await createApiKey(stand.live, { name: 'Publisher', role: 'admin' })).key;
  once = await giveOnce(stand, { ...person, newsletter: 'daily' });
  monthly = await giveRegularly(stand, { ...person, interval: 'month' });
  await giveOnce(stand, person); // a page that was opened, and never paid on
  const other = await giveOnce(stand, { currency: 'eur', amount: 700, email: 'other@example.net', name: 'Other' });
  for (const gift of [once, monthly]) await pay(stand, gift, { email, name: person.name });
  await pay(stand, other, { email: 'other@example.net' });
  await ask(stand, 'POST', '/v1/newsletter-signups', { email, frequency: 'weekly', offers: false });
  await stand.settle();
  [{ id: donorId }] = await rows<{ id: string }>("select id from donors where email_key = 'ada.brightwater@example.net'");
}, 60_000);
afterAll(() => stand?.close());

// biome-ignore lint/suspicious/noExplicitAny: rows of any question
async function rows<Row = any>(question: string, ...values: unknown[]): Promise<[Row, ...Row[]]> {
  return (await stand.database.pool.query(question, values)).rows as [Row, ...Row[]];
}

function erase(id: string, body: unknown, key = adminKey): Promise<Response> {
  return fetch(`${stand.url}/v1/admin/donors/${id}/erasure`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'idempotency-key': newKey() },
    body: JSON.stringify(body),
  });
}

/** Every table in which anything of a person stands, word for word. */
async function tablesThatName(word: string): Promise<string[]> {
  const tables = await rows(
    "select table_schema as schema, table_name as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema in ('public', 'graphile_worker')",
  );
  const found: string[] = [];
  for (const { schema, name } of tables) {
    const inBody = name === 'inbox_events' ? "or position(convert_to($1, 'UTF8') in coalesce(body, '')) > 0" : '';
    const [{ count }] = await rows(
      `select count(*) from ${schema}.${name} as kept where to_jsonb(kept)::text ilike '%' || $1 || '%' ${inBody}`,
      word,
    );
    if (count > 0n) found.push(name);
  }
  return found;
}

const ledger = async () =>
  (
    await rows(
      "select md5(string_agg(j::text || e::text, ',' order by position, line)) as hash from ledger_journals j join ledger_entries e on journal_id = id",
    )
  )[0].hash;

describe('erasing a person', () => {
  test('needs the admin role, a donor, and recurring gifts that were stopped', async () => {
    expect(await tablesThatName('Brightwater@example.net')).toEqual(
      expect.arrayContaining(['donors', 'checkouts', 'signups', 'mails', 'inbox_events']),
    );
    expect((await erase(donorId, {}, stand.financeKey)).status).toBe(403);
    expect((await erase('dnr_0', {})).status).toBe(404);
    const refused = await answered<{ type: string; detail: string }>(await erase(donorId, {}), 409);
    expect(refused.type).toMatch(/\/recurring-gifts-run$/);
    expect(refused.detail).toContain(monthly.id);
    expect(await rows('select erased_at from donors where id = $1', donorId)).toEqual([{ erased_at: null }]);
  });

  test('leaves nothing of them but the receipts as they were issued, and the ledger as it was', async () => {
    const before = await ledger();
    const done = await answered<{ id: string; stopped: string[] }>(await erase(donorId, { stop: true }), 200);
    expect(done).toMatchObject({ id: donorId, stopped: [monthly.id] });
    expect(await ledger()).toBe(before);
    expect(await tablesThatName('Brightwater@example.net')).toEqual([]);
    expect(await tablesThatName('Ada Brightwater')).toEqual(['receipts']);
    expect(await rows('select email from donors where email is not null')).toEqual([{ email: 'other@example.net' }]);
    expect(await rows('select count(*) from inbox_events where body is not null')).not.toEqual([{ count: 0n }]);
    expect(await rows('select count(*) from donations where donor_id = $1', donorId)).toEqual([{ count: 2n }]);
    const again = await answered(await erase(donorId, {}), 200);
    expect(again).toMatchObject({ id: donorId, stopped: [] });
    expect(await rows('select actor, action from audit_entries where object_id = $1', donorId)).toEqual([
      { actor: expect.stringMatching(/^key_/), action: 'donor.erased' },
    ]);
  });

  test('is not undone by reading Stripe again, and ends what still ran without a letter', async () => {
    const before = await ledger();
    const mailed = (await stand.mails(email)).length;
    await stand.database.pool.query(
      "update inbox_events set state = 'pending', attempts = 0, due_at = now() where subject is not null",
    );
    await stand.settle();
    expect(await rows('select status from subscriptions where id = $1', monthly.id)).toEqual([{ status: 'canceled' }]);
    expect(await ledger()).toBe(before);
    expect(await stand.mails(email)).toHaveLength(mailed);
    for (const table of ['donors', 'checkouts', 'mails', 'signups', 'donations', 'subscriptions']) {
      expect(await tablesThatName('Brightwater')).not.toContain(table);
    }
  });

  test('holds for what was given before it and heard of later; who gives anew is a new donor', async () => {
    const [{ erased_at }] = await rows('select erased_at from donors where id = $1', donorId);
    const attach = (at: Date) =>
      stand.live.db
        .transaction()
        .execute((trx) =>
          attachDonor(trx, stand.live, { email: ` ${email.toUpperCase()} `, name: 'Ada', locale: null, customerId: null, at }),
        );
    expect(await attach(plusSeconds(erased_at, -1))).toBe(donorId);
    await stand.advance(1); // Stripe tells no less of an instant
    const gift = await giveOnce(stand, person);
    await pay(stand, gift, { email });
    await stand.settle();
    const [{ donor_id }] = await rows('select donor_id from donations where id = $1', gift.id);
    expect(donor_id).not.toBe(donorId);
    expect(await attach(plusSeconds(erased_at, -1))).toBe(donorId);
    expect(await attach(plusSeconds(erased_at, 60))).toBe(donor_id);
    expect(await eraseCommand(stand.live, donor_id, {})).toContain(`${donor_id} is forgotten since`);
    expect(await tablesThatName('Brightwater@example.net')).toEqual([]);
  });

  test('meets whoever records their gift at the same moment, and nobody is left', async () => {
    const attach = (id: string) =>
      stand.live.db.transaction().execute((trx) => {
        const at = plusSeconds(stand.live.clock.now(), -60);
        return attachDonor(trx, stand.live, { email: 'cy@example.net', name: 'Cy', locale: null, customerId: `cus_${id}`, at });
      });
    const cy = (await attach('first'))!;
    const wish = { donorId: cy, askedBy: 'shell' };
    const attaching = Array.from({ length: 30 }, (_, turn) => attach(String(turn)));
    const [, ...attached] = await Promise.all([eraseDonor(stand.live, wish), ...attaching]);
    expect(new Set(attached)).toEqual(new Set([cy]));
    expect(await rows("select id from donors where email_key = 'cy@example.net'")).toEqual([]);
  });

  test('has less to do the older things are: what was typed, mailed or told of goes by itself', async () => {
    const [{ now }] = await rows('select now()');
    await stand.advance(31 * 24 * 3600);
    await forgetWhatIsOld(stand.live);
    expect(await rows('select count(*) from inbox_events where body is not null and received_at < $1', now)).toEqual([
      { count: 0n },
    ]);
    expect(
      await rows("select count(*) from checkouts where state in ('complete', 'expired') and donor_name is not null"),
    ).toEqual([{ count: 0n }]);
    expect(await rows("select count(*) from mails where to_address = 'other@example.net'")).toEqual([{ count: 1n }]);
    await stand.advance(60 * 24 * 3600);
    await forgetWhatIsOld(stand.live);
    expect(await rows("select count(*) from mails where to_address = 'other@example.net'")).toEqual([{ count: 0n }]);
    expect((await runChecks(stand.live.db)).filter((check) => check.rows.length > 0)).toEqual([]);
  });
});
