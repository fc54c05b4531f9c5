import fc from 'fast-check';
import { defineCommand, pick } from './command.ts';
import { askForGift, askService, payPage, type Wish } from './reader.ts';

/** What stands in the forms, and what people type. */
export const wishes = fc.record<Wish>({
  interval: fc.constant('once'),
  amount: fc.constantFrom(100, 101, 137, 250, 999, 1234),
  currency: fc.constantFrom('eur', 'eur', 'usd', 'gbp', 'jpy'),
  coverFees: fc.constantFrom(false, false, true),
  words: fc.constantFrom<NonNullable<Wish['words']>>(
    {},
    { campaign: 'winter', anonymous: true },
    { message: 'For the night desk', newsletter: 'weekly' },
  ),
});

const ways = {
  visa: ['pm_card_visa'],
  'declined, then visa': ['pm_card_chargeDeclined', 'pm_card_visa'],
  declined: ['pm_card_chargeDeclinedInsufficientFunds'],
  'approved at the bank': ['pm_card_authenticationRequired'],
  'refused at the bank, then amex': ['pm_card_authenticationRequired', 'pm_card_amex'],
  'refund stays pending': ['pm_card_pendingRefund'],
  'refund fails later': ['pm_card_refundFail'],
  'disputed at once': ['pm_card_createDispute'],
  'asked about by the bank': ['pm_card_createDisputeInquiry'],
  'called fraud': ['pm_card_createIssuerFraudRecord'],
  'bank debit': ['pm_success_at'],
  'bank debit that takes days': ['pm_successDelayed_at'],
  'bank debit that fails': ['pm_failed_it'],
  'bank debit that fails after days': ['pm_failed_at'],
  'bank debit, disputed': ['pm_disputed_at'],
  'never paid': [],
};

/** Cards by what they do. */
export type Way = keyof typeof ways;

export const wayNames = Object.keys(ways) as Way[];

export const cardsOf = (way: Way): string[] => ways[way];

/** A reader gives once. */
export const give = defineCommand({
  name: 'give',
  weight: 20,
  input: fc.record({ wish: wishes, way: fc.constantFrom<Way>('visa', 'visa', 'visa', ...wayNames) }),
  async run(stage, { wish, way }) {
    const gift = await askForGift(stage, wish);
    if (gift) await payPage(stage, gift, cardsOf(way), !way.startsWith('refused'));
    return gift !== undefined;
  },
});

/** The button is hit twice, or the network sends it twice: at once, under one key, and both pages are paid. */
export const doubleSubmit = defineCommand({
  name: 'double-submit',
  weight: 4,
  input: fc.record({ wish: wishes }),
  async run(stage, { wish }) {
    stage.notes.count += 1;
    const about = { attempt: `attempt-${stage.notes.count}`, key: `key-${stage.notes.count}` };
    const gifts = await Promise.all([askForGift(stage, wish, about), askForGift(stage, wish, about)]);
    await Promise.all(gifts.map((gift) => gift && payPage(stage, gift, ['pm_card_visa'])));
    return true;
  },
});

/** A reader goes back and chooses another amount, perhaps another rhythm, in the same form; then pays on every page still at hand. */
export const changeMind = defineCommand({
  name: 'change-mind',
  weight: 4,
  input: fc.record({
    wish: wishes,
    amount: fc.constantFrom(150, 333),
    monthly: fc.boolean(),
    atOnce: fc.boolean(),
    oldFirst: fc.boolean(),
  }),
  async run(stage, { wish, amount, monthly, atOnce, oldFirst }) {
    stage.notes.count += 1;
    const about = { attempt: `attempt-${stage.notes.count}` };
    const other: Wish = { ...wish, amount, interval: monthly ? 'month' : 'once' };
    const first = askForGift(stage, wish, about);
    if (!atOnce) await first;
    const second = askForGift(stage, other, about);
    const gifts = await Promise.all(oldFirst ? [first, second] : [second, first]);
    await Promise.all(gifts.map((gift) => gift && payPage(stage, gift, ['pm_card_visa'])));
    return true;
  },
});

/** Readers come back from Stripe's page, perhaps twice, and are told how their gift stands. */
export const comeBack = defineCommand({
  name: 'come-back',
  weight: 5,
  input: fc.record({ which: fc.nat(50), times: fc.integer({ min: 1, max: 2 }) }),
  async run(stage, { which, times }) {
    const gift = pick(stage.notes.gifts, which);
    if (!gift) return false;
    const looks = Array.from({ length: times }, () => askService(stage, 'GET', `/thanks/${gift.id}`));
    return (await Promise.all(looks)).some(({ status }) => status === 200);
  },
});

/** A page that was left open is paid after all, perhaps while something else happens to it. */
export const payOpenPage = defineCommand({
  name: 'pay-open-page',
  weight: 2,
  input: fc.record({ which: fc.nat(50), way: fc.constantFrom<Way>('visa', 'declined', 'approved at the bank') }),
  async run(stage, { which, way }) {
    const gift = stage.notes.gifts[which % Math.max(1, stage.notes.gifts.length)];
    if (gift) await payPage(stage, gift, cardsOf(way));
    return gift !== undefined;
  },
});
