import { bug, type PlantedBug } from './bug.ts';

/** Paying once, stopping, refunds. */
export const payingBugs: readonly PlantedBug[] = [
  bug('the older page of an attempt is only forgotten, not closed at Stripe', [
    'src/donations/close-checkout.ts',
    'const reading = checkoutId && (await stripe.expireCheckout(checkoutId).catch(undefinedIfGone));',
    'const reading = checkoutId && (await stripe.getCheckout(checkoutId).then((found) => ({ ...found, status: "expired" as const })).catch(undefinedIfGone));',
  ]),
  bug('a page that is not yet over is taken for expired', [
    'src/donations/expire-checkouts.ts',
    'if (subject) {',
    'if (subject && subject.length > 1000) {',
  ]),
  // Stopping
  bug('a stop is only written down', [
    'src/subscriptions/stop-subscription.ts',
    '    await services.stripe.cancelSubscription(stripeId);\n',
    '',
  ]),
  bug('what a stopped gift still asks for stays open', [
    'src/stripe/cancel-at-stripe.ts',
    "for (const state of ['draft', 'open'] as const) {",
    'for (const state of [] as const) {',
  ]),
  // Refunds
  bug('refunds that failed still count as refunded', [
    'src/refunds/sum-refunds.ts',
    "    .where('status', '=', 'succeeded')\n",
    '',
  ]),
  bug('a refund that failed after all is not booked back', [
    'src/refunds/record-refund.ts',
    'for (const transaction of [reading.balanceTransaction, reading.failureBalanceTransaction]) {',
    'for (const transaction of [reading.balanceTransaction]) {',
  ]),
  bug('a refund corrects no receipt', [
    'src/refunds/record-refund.ts',
    "if (reading.status === 'succeeded' && before.status !== 'succeeded') {",
    "if (reading.status === 'succeeded' && before.status === 'canceled') {",
  ]),
  bug('a refund is asked for again though nobody knows whether it was made', [
    'src/refunds/ask-for-refund.ts',
    'const made = asking.wasAsked ? await findMade(services, asking) : undefined;',
    'const made = asking.wasAsked ? undefined : undefined;',
  ]),
  bug('what is left to refund is counted without locking the gift', [
    'src/refunds/request-refund.ts',
    'const donation = await lockDonation(trx, wish.donationId);',
    "const donation = lockDonation && (await trx.selectFrom('donations').selectAll().where('id', '=', wish.donationId).executeTakeFirst());",
  ]),
  bug('a refund made here is taken for another when Stripe tells of it', [
    'src/refunds/record-refund.ts',
    'if (asked && isFree && asked.donation_id === donation.id) {',
    'if (asked && isFree && asked.donation_id === reading.id) {',
  ]),
];
