import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toCurrency } from '../../src/currency.ts';
import { askForPage } from '../../src/donations/ask-for-page.ts';
import { claimCheckout, type GiftToOpen } from '../../src/donations/claim-checkout.ts';
import { createDonation } from '../../src/donations/create-donation.ts';
import type { GivingInput } from '../../src/donations/giving-input.ts';
import { money } from '../../src/money.ts';
import { startSubscription } from '../../src/subscriptions/start-subscription.ts';
import { type Ground, openGround } from '../support/giving-ground.ts';

const sessionsPath = '/v1/checkout/sessions';
let ground: Ground;
let attempts = 0;
let attempt: string;

beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground?.close());
beforeEach(() => {
  attempts += 1;
  attempt = `attempt-${attempts}`;
});
afterEach(() => ground.simulate('faults', { clear: true }));

const eur = (minor: bigint) => money(minor, toCurrency('eur'));

function wish(given: Partial<GivingInput<'once'>> = {}): GivingInput<'once'> {
  return { attempt, interval: 'once', amount: eur(750n), coverFees: false, anonymous: false, locale: 'en', ...given };
}

async function donation(id: string) {
  return ground.services.db.selectFrom('donations').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

async function sessionsOf(...ids: string[]) {
  return (await ground.sessions()).filter((session) => ids.includes(session.client_reference_id));
}

async function giftsOfAttempt() {
  const { db } = ground.services;
  return db.selectFrom('checkouts').selectAll().where('attempt', '=', attempt).orderBy('created_at').execute();
}

/** The same gift as `createDonation` makes of it, to walk its steps one by one. */
function giftToOpen(input: GivingInput<'once'>): GiftToOpen {
  return { input, id: ground.services.newId('don'), attempt };
}

/** Stripe makes the session, and no word of it reaches us, also not when the client asks again. */
async function loseTheAnswer(): Promise<void> {
  await ground.fail(sessionsPath, 'cut-after', 1);
  await ground.fail(sessionsPath, 'cut-before', 2);
}

async function forgetLease(): Promise<void> {
  await ground.services.db.updateTable('checkouts').set({ leased_until: null }).where('attempt', '=', attempt).execute();
}

describe('a one-time gift', () => {
  test('is written down as pending, and its page at Stripe is for exactly that amount', async () => {
    const article = { url: 'https://www.example.org/quay?from=mail', id: 'a-1', title: 'Who owns the quay?', section: 'City' };
    const gift = await createDonation(
      ground.services,
      wish({ article, campaign: 'spring', placement: 'end', email: 'a@example.org' }),
    );
    const [session] = await sessionsOf(gift.id);
    expect(session).toMatchObject({ status: 'open', amount_total: 750, url: gift.checkoutUrl });
    expect(await donation(gift.id)).toMatchObject({
      status: 'pending',
      kind: 'one-time',
      amount_minor: 750n,
      fee_cover_minor: 0n,
      article_url: article.url,
      section: 'City',
      campaign: 'spring',
      donor_id: null,
    });
    expect(gift.expiresAt.getTime() - ground.services.clock.now().getTime()).toBeGreaterThan(59 * 60_000);
  });

  test('that covers the fee is charged so much more that the amount is left', async () => {
    const gift = await createDonation(ground.services, wish({ coverFees: true }));
    expect(gift.amount).toEqual(eur(787n));
    expect(await donation(gift.id)).toMatchObject({ amount_minor: 787n, fee_cover_minor: 37n });
    expect((await sessionsOf(gift.id))[0]).toMatchObject({ amount_total: 787 });
  });
});

describe('one attempt', () => {
  test('gets the same gift and page for the same wish, also after a double click', async () => {
    const [one, other] = await Promise.all([createDonation(ground.services, wish()), createDonation(ground.services, wish())]);
    const third = await createDonation(ground.services, wish());
    expect(other).toEqual(one);
    expect(third).toEqual(one);
    expect(await sessionsOf(one.id)).toHaveLength(1);
    expect(await giftsOfAttempt()).toHaveLength(1);
  });

  test('is told apart from another attempt with the same wish', async () => {
    const one = await createDonation(ground.services, wish());
    const other = await createDonation(ground.services, wish({ attempt: `${attempt}-other` }));
    expect(other.id).not.toBe(one.id);
  });

  test('closes the older page at Stripe before it opens one for another amount', async () => {
    const older = await createDonation(ground.services, wish());
    const newer = await createDonation(ground.services, wish({ amount: eur(1500n) }));
    expect(newer.id).not.toBe(older.id);
    expect(await sessionsOf(older.id, newer.id)).toMatchObject([{ status: 'expired' }, { status: 'open', amount_total: 1500 }]);
    expect(await donation(older.id)).toMatchObject({ status: 'expired' });
  });

  test('leaves one page that can be paid, whichever of ten different wishes at once came last', async () => {
    const amounts = [500n, 600n, 700n, 800n, 900n, 500n, 600n, 700n, 800n, 900n];
    const results = await Promise.allSettled(
      amounts.map((minor) => createDonation(ground.services, wish({ amount: eur(minor) }))),
    );
    const gifts = await giftsOfAttempt();
    const sessions = await sessionsOf(...gifts.map(({ donation_id }) => donation_id!));
    expect(sessions.filter(({ status }) => status === 'open')).toHaveLength(1);
    expect(gifts.filter(({ state }) => state !== 'expired')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'request-in-progress' });
    }
  });

  test('goes from once to every month and back, each time closing the older page', async () => {
    const once = await createDonation(ground.services, wish());
    const monthly = await startSubscription(ground.services, { ...wish(), interval: 'month' });
    const again = await createDonation(ground.services, wish());
    const sessions = await sessionsOf(once.id, monthly.id, again.id);
    expect(sessions.map(({ status }) => status)).toEqual(['expired', 'expired', 'open']);
    const { status } = await ground.services.db
      .selectFrom('subscriptions')
      .select('status')
      .where('id', '=', monthly.id)
      .executeTakeFirstOrThrow();
    expect(status).toBe('expired');
  });

  test('that was paid before the amount was changed says so, names the gift, and makes nothing new', async () => {
    const paid = await createDonation(ground.services, wish());
    const [session] = await sessionsOf(paid.id);
    await ground.pay(session!.id);
    const refusal = { code: 'attempt-already-paid', extension: { id: paid.id } };
    await expect(createDonation(ground.services, wish({ amount: eur(1500n) }))).rejects.toMatchObject(refusal);
    await expect(createDonation(ground.services, wish())).rejects.toMatchObject(refusal);
    await expect(startSubscription(ground.services, { ...wish(), interval: 'year' })).rejects.toMatchObject(refusal);
    expect(await giftsOfAttempt()).toHaveLength(1);
  });

  test('whose gift has failed may be paid anew', async () => {
    const failed = await createDonation(ground.services, wish());
    const [session] = await sessionsOf(failed.id);
    await ground.pay(session!.id);
    const { db } = ground.services;
    await db.updateTable('checkouts').set({ state: 'complete' }).where('donation_id', '=', failed.id).execute();
    await db.updateTable('donations').set({ status: 'failed' }).where('id', '=', failed.id).execute();
    const next = await createDonation(ground.services, wish());
    expect(next.id).not.toBe(failed.id);
  });

  test('gets a new page once the time of the older one is over', async () => {
    const older = await createDonation(ground.services, wish());
    await ground.simulate('clock/advance', { seconds: 3700 });
    const newer = await createDonation(ground.services, wish());
    expect(await sessionsOf(older.id, newer.id)).toMatchObject([{ status: 'expired' }, { status: 'open' }]);
  });
});

describe('while Stripe cannot be reached', () => {
  test('nothing but the pending gift and what Stripe would be asked is kept, and a retry continues it', async () => {
    await ground.fail(sessionsPath, 'status', 3);
    await expect(createDonation(ground.services, wish())).rejects.toMatchObject({ code: 'stripe-unavailable' });
    const [waiting] = await giftsOfAttempt();
    expect(waiting).toMatchObject({ state: 'asking', url: null, stripe_checkout_session_id: null, leased_until: null });
    expect(waiting!.parameters).toMatchObject({ reference: waiting!.donation_id, amount_minor: '750', currency: 'eur' });
  });

  test('a lost answer is asked for again under the same key, and there is one page', async () => {
    await loseTheAnswer();
    await expect(createDonation(ground.services, wish())).rejects.toMatchObject({ code: 'stripe-unavailable' });
    const gift = await createDonation(ground.services, wish());
    expect(await sessionsOf(gift.id)).toHaveLength(1);
    expect(await giftsOfAttempt()).toHaveLength(1);
  });

  test('another amount after a lost answer closes the page that nobody saw', async () => {
    await loseTheAnswer();
    await expect(createDonation(ground.services, wish())).rejects.toMatchObject({ code: 'stripe-unavailable' });
    const newer = await createDonation(ground.services, wish({ amount: eur(1500n) }));
    const gifts = await giftsOfAttempt();
    const sessions = await sessionsOf(...gifts.map(({ donation_id }) => donation_id!));
    expect(sessions.filter(({ status }) => status === 'open')).toMatchObject([{ client_reference_id: newer.id }]);
  });

  test('the amount cannot be changed, as nobody knows whether the older page was paid', async () => {
    const older = await createDonation(ground.services, wish());
    const [session] = await sessionsOf(older.id);
    await ground.fail(`${sessionsPath}/${session!.id}/expire`, 'status', 3);
    await expect(createDonation(ground.services, wish({ amount: eur(1500n) }))).rejects.toMatchObject({
      code: 'stripe-unavailable',
    });
    expect(await giftsOfAttempt()).toHaveLength(1);
    expect(await createDonation(ground.services, wish())).toEqual(older);
  });

  test('a failure that Stripe has stored under the key is left behind after two minutes', async () => {
    await ground.fail(sessionsPath, '500-after', 1);
    await expect(createDonation(ground.services, wish())).rejects.toMatchObject({ code: 'stripe-unavailable' });
    await ground.simulate('clock/advance', { seconds: 121 });
    await expect(createDonation(ground.services, wish())).rejects.toMatchObject({ code: 'stripe-unavailable' });
    const gift = await createDonation(ground.services, wish());
    expect(await donation(gift.id)).toMatchObject({ status: 'pending' });
    const gifts = await giftsOfAttempt();
    expect(gifts.map(({ state }) => state)).toEqual(['expired', 'open']);
  });
});

describe('a crash', () => {
  test('after the gift was written down is continued by the next try, under the same key', async () => {
    const claim = await claimCheckout(ground.services, giftToOpen(wish()));
    await forgetLease();
    const gift = await createDonation(ground.services, wish());
    expect(claim).toMatchObject({ next: 'ask', checkout: { donation_id: gift.id } });
    expect(await sessionsOf(gift.id)).toHaveLength(1);
  });

  test('after Stripe was asked but before its page was kept leads to the same page', async () => {
    const claim = await claimCheckout(ground.services, giftToOpen(wish()));
    if (claim.next !== 'ask') throw new Error('nobody asked yet');
    const page = await askForPage(ground.services, claim.checkout);
    const asking = { state: 'asking', url: null, stripe_checkout_session_id: null };
    await ground.services.db.updateTable('checkouts').set(asking).where('attempt', '=', attempt).execute();
    const gift = await createDonation(ground.services, wish());
    expect(gift.checkoutUrl).toBe(page!.url);
    expect(await sessionsOf(gift.id)).toHaveLength(1);
  });

  test('leaves its lease: whoever comes meanwhile is told to come again', async () => {
    await claimCheckout(ground.services, giftToOpen(wish()));
    await expect(createDonation(ground.services, wish())).rejects.toMatchObject({
      code: 'request-in-progress',
      retryAfterSeconds: 2,
    });
  });

  test('a day ago does not bring its key back', async () => {
    const claim = await claimCheckout(ground.services, giftToOpen(wish()));
    await forgetLease();
    await ground.simulate('clock/advance', { seconds: 25 * 3600 });
    const gift = await createDonation(ground.services, wish());
    if (claim.next !== 'ask') throw new Error('nobody asked yet');
    expect(gift.id).not.toBe(claim.checkout.donation_id);
    expect(await sessionsOf(claim.checkout.donation_id!)).toHaveLength(0);
    expect(await donation(claim.checkout.donation_id!)).toMatchObject({ status: 'expired' });
  });

  test('forty minutes ago is not continued where Stripe would refuse so short a page', async () => {
    const claim = await claimCheckout(ground.services, giftToOpen(wish()));
    await forgetLease();
    await ground.simulate('clock/advance', { seconds: 40 * 60 });
    const gift = await createDonation(ground.services, wish());
    if (claim.next !== 'ask') throw new Error('nobody asked yet');
    expect(await sessionsOf(gift.id, claim.checkout.donation_id!)).toHaveLength(1);
  });

  test('of a slow process does not send anybody to a page that was closed meanwhile', async () => {
    const claim = await claimCheckout(ground.services, giftToOpen(wish()));
    await forgetLease();
    const newer = await createDonation(ground.services, wish({ amount: eur(1500n) }));
    if (claim.next !== 'ask') throw new Error('nobody asked yet');
    expect(await askForPage(ground.services, claim.checkout)).toBeUndefined();
    expect((await sessionsOf(claim.checkout.donation_id!, newer.id)).filter(({ status }) => status === 'open')).toHaveLength(1);
  });
});
