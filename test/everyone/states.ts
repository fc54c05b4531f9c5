import type { Page } from 'playwright-core';
import type { Currency } from '../../src/currency.ts';
import { createDonation } from '../../src/donations/create-donation.ts';
import { money } from '../../src/money.ts';
import { setSwitch } from '../../src/operations/switches.ts';
import { signLink } from '../../src/signed-link.ts';
import { startSubscription } from '../../src/subscriptions/start-subscription.ts';
import type { Locale } from '../../src/text.ts';
import { eventually } from '../support/eventually.ts';
import { insertGift } from '../support/gifts.ts';
import type { Stand } from '../support/stand.ts';
import { newsletterStates } from './newsletter-states.ts';
import { submitTo } from './submit-to.ts';

/** One thing that a page can say; `open` leads a reader's window there. */
export type State = { name: string; open(page: Page, locale: Locale): Promise<unknown> };

/** Every page by the name of its route, in each of its states; `problems` are those of no route. */
export type States = Record<string, State[]>;

const article = { url: 'https://www.example.org/quay', title: 'Who owns the quay?' };
const gift = { amount: money(750n, 'eur' as Currency), coverFees: false, anonymous: false, locale: 'en' } as const;
const badToken = 'not-one-of-ours';

/** What all pages can say, on a service whose jobs do not run, so that nothing changes meanwhile. */
export async function everyState(stand: Stand): Promise<States> {
  const at = (path: string) => (page: Page) => page.goto(`${stand.url}${path}`);
  const gifts = await giftStates(stand);
  return {
    'GET /donate': [
      { name: 'empty', open: at('/donate') },
      {
        name: 'from an article',
        open: at(`/donate?${new URLSearchParams({ article: article.url, article_title: article.title })}`),
      },
      { name: 'from an article of others', open: at('/donate?article=https://elsewhere.example/') },
      { name: 'in a currency without decimals', open: at('/donate?currency=jpy') },
      { name: 'again after cancelling', open: at(`/donate?gift=${gifts.left}`) },
    ],
    'POST /donate': donateAnswers(stand),
    'GET /thanks/{id}': [...gifts.thanks, { name: 'unknown', open: at('/thanks/don_none') }],
    ...(await stopStates(stand)),
    ...(await newsletterStates(stand)),
    problems: [
      { name: 'nothing there', open: at('/nothing-here') },
      { name: 'no way to ask', open: (page) => submitTo(page, `${stand.url}/thanks/don_none`) },
      { name: 'giving is paused', open: (page) => whileGivingIsOff(stand, () => page.goto(`${stand.url}/donate`)) },
    ],
  };
}

function donateAnswers(stand: Stand): State[] {
  const typed = async (page: Page, amount: string, interval = 'once') => {
    await page.goto(`${stand.url}/donate?currency=eur`);
    await page.locator(`[name=interval][value=${interval}]`).check();
    await page.locator(`[name=amount_${interval}][value=own]`).check();
    await page.locator('#own_amount').fill(amount);
    await Promise.all([page.waitForEvent('load'), page.locator('form.gift button').click()]);
  };
  return [
    { name: 'refused: not an amount', open: (page) => typed(page, 'a lot') },
    { name: 'refused: too little, every year', open: (page) => typed(page, '0.10', 'year') },
    {
      name: 'Stripe is down',
      async open(page) {
        await stand.simulate('faults', {
          clear: true,
          api: [{ fault: 'status', status: 400, path: '/v1/checkout/sessions', times: 1 }],
        });
        await typed(page, '12');
        await stand.simulate('faults', { clear: true });
      },
    },
  ];
}

async function giftStates(stand: Stand): Promise<{ left: string; thanks: State[] }> {
  const { db } = stand.live;
  const donationWith = async (columns: Record<string, unknown>) => {
    const { id } = await createDonation(stand.live, { ...gift, interval: 'once', article });
    await db.updateTable('donations').set(columns).where('id', '=', id).execute();
    return id;
  };
  const monthly = async (subscription: Partial<NonNullable<Parameters<typeof insertGift>[1]['subscription']>>) =>
    (await insertGift(stand.live, { email: 'ada@example.org', subscription: { interval: 'month', ...subscription } }))
      .subscriptionId;
  const received = await insertGift(stand.live, { email: 'ada@example.org', article });
  const refunded = await insertGift(stand.live, { amountMinor: 1500n });
  await db.updateTable('donations').set({ refunded_minor: 500n }).where('id', '=', refunded.donationId).execute();
  const left = await donationWith({ status: 'pending' });
  const ids: Record<string, string | null> = {
    pending: left,
    processing: await donationWith({ status: 'processing' }),
    failed: await donationWith({ status: 'failed' }),
    expired: await donationWith({ status: 'expired' }),
    received: received.donationId,
    refunded: refunded.donationId,
    'a monthly one has begun': await monthly({ periodEnd: new Date('2026-12-23T12:00:00Z') }),
    'a monthly one is past due': await monthly({ status: 'past_due' }),
    'a monthly one is paused': await monthly({ status: 'paused' }),
    'a monthly one has stopped': await monthly({ status: 'canceled', endedAt: new Date('2026-11-23T12:00:00Z') }),
  };
  const thanks = Object.entries(ids).map(([name, id]) => ({
    name,
    open: (page: Page) => page.goto(`${stand.url}/thanks/${id}`),
  }));
  return { left, thanks };
}

async function stopStates(stand: Stand): Promise<States> {
  const { db, config } = stand.live;
  const linkOf = async (columns: Record<string, unknown>) => {
    const { id } = await startSubscription(stand.live, { ...gift, interval: 'month' });
    await db.updateTable('subscriptions').set(columns).where('id', '=', id).execute();
    return `${stand.url}/stop/${signLink(config.sessionSecret, 'stop', id)}`;
  };
  const running = await linkOf({ status: 'active' });
  const asked = await linkOf({ status: 'active', stop_requested_at: new Date() });
  const ended = await linkOf({ status: 'canceled', ended_at: new Date('2026-11-23T12:00:00Z') });
  const never = await linkOf({ status: 'expired' });
  const pressed = await linkOf({ status: 'active' });
  const bad = `${stand.url}/stop/${badToken}`;
  const card = (link: string) => {
    const id = Buffer.from(link.split('/').at(-1)!.split('.')[0]!, 'base64url').toString();
    return `${stand.url}/card/${signLink(config.sessionSecret, 'card', id)}`;
  };
  const unpaid = card(await linkOf({ status: 'past_due' }));
  return {
    'GET /card/{token}': [
      { name: 'to change', open: (page) => page.goto(card(running)) },
      { name: 'with an open instalment', open: (page) => page.goto(unpaid) },
      { name: 'ended', open: (page) => page.goto(card(ended)) },
      { name: 'bad link', open: (page) => page.goto(`${stand.url}/card/${badToken}`) },
    ],
    'POST /card/{token}': [
      { name: 'pressed where it has ended', open: (page) => submitTo(page, card(ended)) },
      { name: 'pressed where it never began', open: (page) => submitTo(page, card(never)) },
      { name: 'bad link', open: (page) => submitTo(page, `${stand.url}/card/${badToken}`) },
    ],
    'GET /stop/{token}': [
      { name: 'to confirm', open: (page) => page.goto(running) },
      { name: 'being stopped', open: (page) => page.goto(asked) },
      { name: 'stopped', open: (page) => page.goto(ended) },
      { name: 'never began', open: (page) => page.goto(never) },
      { name: 'bad link', open: (page) => page.goto(bad) },
    ],
    'POST /stop/{token}': [
      { name: 'pressed', open: (page) => submitTo(page, pressed) },
      { name: 'pressed where it has stopped', open: (page) => submitTo(page, ended) },
      { name: 'bad link', open: (page) => submitTo(page, bad) },
    ],
  };
}

async function whileGivingIsOff(stand: Stand, look: () => Promise<unknown>): Promise<void> {
  const why = 'to see what readers are told';
  const status = async () => (await fetch(`${stand.url}/donate`)).status;
  const until = (wanted: number) =>
    eventually(async () => {
      if ((await status()) !== wanted) throw new Error(`/donate does not answer ${wanted} yet`);
    });
  await setSwitch(stand.live, { name: 'giving', isOn: false, why });
  await until(503);
  await look();
  await setSwitch(stand.live, { name: 'giving', isOn: true, why });
  await until(200);
}
