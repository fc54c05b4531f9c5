import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { workOut } from '../../src/web/proof/work-out.ts';
import { eventually } from '../support/eventually.ts';
import { openStand, type Stand } from '../support/stand.ts';
import { type Chance, chanceOf, inParallel, isLong } from './chance.ts';
import { addressOf, payWith, type Reply, sessionOf, visitorAt, workOutFast } from './visitor.ts';

/** How many gifts are tried, one in twenty by an honest reader; the long round is a bad minute. */
const attempts = isLong ? 10_000 : 400;
const honestCount = attempts / 20;
const patienceMs = 30_000 + attempts * 20;

let stand: Stand;
beforeEach(async () => {
  stand = await openStand({ environment: { TRUST_PROXY: '1', ADMIN_EMAILS: 'desk@example.org,night@example.org' } });
});
afterEach(() => stand.close());

/** How many gifts of a campaign Stripe was asked about. */
async function asked(campaign: string): Promise<number> {
  const { rows } = await stand.database.pool.query(
    'select count(*)::int as count from checkouts join donations on donations.id = donation_id where campaign = $1',
    [campaign],
  );
  return rows[0].count;
}

type Arrival = { isHonest: boolean; number: number };

function arrivals(chance: Chance): Arrival[] {
  return chance.shuffle(Array.from({ length: attempts }, (_, number) => ({ isHonest: number < honestCount, number })));
}

/** Mostly plain requests; some bring a proof that is made up, used up or somebody else's, some come through the form. */
async function attack(chance: Chance, source: string, replay: string): Promise<void> {
  const visitor = visitorAt(stand, source);
  const way = chance.next();
  if (way < 0.1) {
    await visitor.sendForm({ campaign: 'attack', article: 'https://www.example.org/quay', proof: way < 0.05 ? replay : '' });
  } else {
    await visitor.give({ campaign: 'attack' }, way < 0.3 ? replay : way < 0.4 ? 'a.b.c.d.e~1' : undefined);
  }
}

async function flood(sourceOf: (number: number) => string): Promise<{ through: number; statuses: number[] }> {
  const chance = chanceOf();
  const statuses: number[] = [];
  let through = 0;
  let replay = 'none';
  await inParallel(arrivals(chance), 32, async ({ isHonest, number }) => {
    if (!isHonest) {
      return attack(chance, sourceOf(number), replay);
    }
    const visitor = visitorAt(stand, addressOf(100_000 + number));
    const { status, body } = await visitor.giveAsWidget({ campaign: 'honest' });
    statuses.push(status);
    const isThrough = status === 201 && (await payWith(stand, await sessionOf(stand, body.id!), 'pm_card_visa')) === 200;
    through += isThrough ? 1 : 0;
    if (replay === 'none' && isThrough) {
      replay = (await workedProof(sourceOf(number))) ?? 'none';
    }
  });
  return { through, statuses };
}

/** A proof that was worked at honestly, once, by an attacker who then sends it again and again. */
async function workedProof(source: string): Promise<string | undefined> {
  const { body } = await visitorAt(stand, source).give({ campaign: 'attack' });
  return body.proof && workOutFast(body.proof);
}

describe('a flood of gifts that nobody pays', () => {
  test('from one source reaches Stripe thirty times, and readers elsewhere notice nothing', { timeout: patienceMs }, async () => {
    const { through } = await flood(() => '192.0.2.1');
    expect(await asked('attack')).toBeLessThanOrEqual(30);
    expect(through).toBeGreaterThanOrEqual(honestCount * 0.99);
  });

  test('from 5,000 sources reaches Stripe 300 times at most, and readers get through', { timeout: patienceMs }, async () => {
    const { through, statuses } = await flood((number) => addressOf(number % 5000));
    expect(await asked('attack')).toBeLessThanOrEqual(300);
    expect(await asked('attack')).toBeGreaterThan(0);
    expect(through).toBeGreaterThanOrEqual(honestCount * 0.99);
    expect(statuses.filter((status) => status !== 201)).toEqual([]);
    await alarmOnce();
  });
});

/** Each person who is to be told has one letter, however long the brake stays on. */
async function alarmOnce(): Promise<void> {
  await eventually(async () => {
    for (const to of ['desk@example.org', 'night@example.org']) {
      expect((await stand.mails(to)).map(({ subject }) => subject)).toEqual(['Giving: the brake is on']);
    }
  });
  await stand.database.pool.query(`insert into gift_starts (source_hash, gift_id, is_proved)
    select sha256(nth::text::bytea), 'don_more' || nth, false from generate_series(1, 2000) nth`); // it stays on, whoever pays now
  const before = await brakes();
  await eventually(async () => expect((await brakes())[0]! > before[0]!).toBe(true));
  expect(await brakes()).toHaveLength(1);
  expect(await stand.mails('desk@example.org')).toHaveLength(1);
}

/** When each time of the brake was last seen to be on. */
async function brakes(): Promise<Date[]> {
  const { rows } = await stand.database.pool.query('select last_on_at from brakes');
  return rows.map((row) => row.last_on_at);
}

describe('while the brake is on', () => {
  /** As many unpaid gifts as bring it about. */
  beforeEach(async () => {
    await stand.database.pool.query(
      "insert into gift_starts (source_hash, is_proved) select decode(md5(n::text), 'hex'), false from generate_series(1, 150) n",
    );
  });

  test('a request says how to go on, and the same key is taken once the work is done', async () => {
    const reader = visitorAt(stand, '203.0.113.1');
    const { status, body } = await reader.give({});
    expect(status).toBe(429);
    expect(body.type).toMatch(/\/proof-needed$/);
    expect((await reader.give({}, await workOut(body.proof!))).status).toBe(201);
    expect((await reader.giveAsWidget({})).status).toBe(201);
  });

  test('a proof works once, for the source that it was drawn for, and only with its number', async () => {
    const reader = visitorAt(stand, '203.0.113.2');
    const other = visitorAt(stand, '203.0.113.3');
    const { body } = await reader.give({});
    const proof = (await workOut(body.proof!))!;
    const [said, number] = proof.split('~');
    const refused: Reply[] = [
      await other.give({}, proof),
      await reader.give({}, said),
      await reader.give({}, `${said}~${Number(number) + 1}`),
      await reader.give({}, proof.replace(/\.\d+\./, '.1.')),
      await reader.give({}, 'x'.repeat(2000)),
    ];
    expect(refused.map(({ status }) => status)).toEqual([429, 429, 429, 429, 429]);
    expect((await reader.give({}, proof)).status).toBe(201);
    expect((await reader.give({}, proof)).status).toBe(429);
  });

  test('a source that has paid a gift is not asked, and one that never did is', async () => {
    const donor = visitorAt(stand, '203.0.113.4');
    const { body } = await donor.giveAsWidget({});
    await payWith(stand, await sessionOf(stand, body.id!), 'pm_card_visa');
    await eventually(async () => expect((await donor.give({})).status).toBe(201));
    expect((await visitorAt(stand, '203.0.113.5').give({})).status).toBe(429);
  });

  test('without JavaScript the form comes back with what was chosen, and works after a wait', async () => {
    const reader = visitorAt(stand, '203.0.113.6');
    const back = await reader.sendForm({ campaign: 'autumn' });
    expect(back.status).toBe(429);
    expect(back.html).toContain('wait ten seconds');
    expect(back.html).toContain('value="autumn"');
    const proof = /name="proof" value="([^"]+)"/.exec(back.html)![1]!;
    expect((await reader.sendForm({ proof })).status).toBe(429);
    expect((await reader.sendForm({ proof: (await workOut(proof))! })).location).toMatch(/^http/);
  });
});

describe('cards that are tested', () => {
  test('close the page they are tested on, and slow the source down', { timeout: 60_000 }, async () => {
    const tester = visitorAt(stand, '203.0.113.7');
    const pages = [await tester.give({}), await tester.give({})];
    for (const { body } of pages) {
      const session = await sessionOf(stand, body.id!);
      for (let card = 0; card < 11; card += 1) {
        await payWith(stand, session, 'pm_card_chargeDeclined');
      }
    }
    await eventually(async () => {
      const { rows } = await stand.database.pool.query('select distinct state from checkouts');
      expect(rows).toEqual([{ state: 'expired' }]);
    });
    const session = await sessionOf(stand, pages[0]!.body.id!);
    expect((await stand.stripe.checkout.sessions.retrieve(session)).status).toBe('expired');
    const refused = await tester.give({});
    expect(refused.status).toBe(429);
    expect(refused.body.type).toMatch(/\/too-many-requests$/);
    expect((await visitorAt(stand, '203.0.113.8').give({})).body.type).toMatch(/\/proof-needed$/);
  });

  test('ten of them, as somebody may who looks for the one that works, close nothing', async () => {
    const reader = visitorAt(stand, '203.0.113.9');
    const { body } = await reader.giveAsWidget({});
    const session = await sessionOf(stand, body.id!);
    for (let card = 0; card < 10; card += 1) {
      await payWith(stand, session, 'pm_card_chargeDeclined');
    }
    await eventually(async () => {
      const { rows } = await stand.database.pool.query('select count(*)::int as count from declines');
      expect(rows[0].count).toBe(10);
    });
    expect(await payWith(stand, session, 'pm_card_visa')).toBe(200);
    expect((await reader.giveAsWidget({})).status).toBe(201);
  });
});
