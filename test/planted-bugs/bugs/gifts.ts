import { bug, type PlantedBug } from './bug.ts';

/** What a gift is. */
export const giftsBugs: readonly PlantedBug[] = [
  bug('money that is on its way counts as received', [
    'src/donations/donation-status.ts',
    "    case 'processing':\n      return paymentStatus;",
    "    case 'processing':\n      return 'succeeded';",
  ]),
  bug('a gift that failed stays on its way', [
    'src/donations/donation-status.ts',
    "return current === 'processing' || (pageIsClosed && current === 'pending') ? 'failed' : current;",
    'return current;',
  ]),
  bug('a fee that comes late is ignored', [
    'src/donations/settle-donation.ts',
    'await postCharge(trx, services, settled, payment);',
    "if (donation.status !== 'succeeded') await postCharge(trx, services, settled, payment);",
  ]),
  bug(
    'nobody looks again for a fee that is missing',
    [
      'src/donations/settle-donation.ts',
      'return { paid_at: charge.createdAt, follow_up_at: isMissing ? followUpAt : null };',
      'return { paid_at: charge.createdAt, follow_up_at: isMissing && false ? followUpAt : null };',
    ],
    ['webhooks/payment.ts', "    'charge.updated',\n", ''],
  ),
  bug('a receipt is reserved at every reading', [
    'src/donations/settle-donation.ts',
    'const hasChanged = settled.status !== donation.status;',
    "const hasChanged = settled.status !== donation.status || settled.status === 'succeeded';",
  ]),
  bug('thanks are sent before the money is real', [
    'src/donations/settle-donation.ts',
    "if (donation.status !== 'succeeded') {",
    "if (donation.status !== 'processing') {",
  ]),
  bug('money that was changed counts as what was charged', [
    'src/donations/settle-donation.ts',
    'settlement_currency: transaction.net.currency,',
    'settlement_currency: donation.currency,',
  ]),
  bug('every payment of the account is a gift', [
    'src/donations/record-foreign-payment.ts',
    'const fits = isUnderWay(payment.status) && isGiftByRule(services.config.newsroom, payment);',
    'const fits = isUnderWay(payment.status) || isGiftByRule(services.config.newsroom, payment);',
  ]),
  bug('a payment that is no gift is not booked', [
    'src/donations/record-foreign-payment.ts',
    'for (const transaction of [charge.balanceTransaction, charge.failureBalanceTransaction]) {',
    'for (const transaction of [charge.failureBalanceTransaction]) {',
  ]),
  bug('an instalment forgets which article it is for', [
    'src/subscriptions/record-instalment.ts',
    '    article_url,\n    article_id,\n    article_title,\n    section,\n    campaign,\n    placement,\n    anonymous,\n    locale,\n    message:',
    '    message:',
  ]),
  bug('every instalment brings the newsletter wish and message again', [
    'src/subscriptions/record-instalment.ts',
    'newsletter: earlier ? null : subscription.newsletter,',
    'newsletter: subscription.newsletter,',
  ]),
  bug('what a payment pays is taken from its amount: the first gift of that amount', [
    'src/donations/record-payment.ts',
    'const known = (await lockDonationOf(trx, payment.id)) ?? (await lockMarkedDonation(trx, payment));',
    "const known = (await lockDonationOf(trx, payment.id)) ?? (await trx.selectFrom('donations').selectAll().where('status', '=', 'pending').where('kind', '=', 'one-time').where('amount_minor', '=', payment.amount.minor).where('currency', '=', payment.amount.currency).forNoKeyUpdate().executeTakeFirst()) ?? (await lockMarkedDonation(trx, payment));",
  ]),
];
