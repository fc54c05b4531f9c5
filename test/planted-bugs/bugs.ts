/** One wrong thing that an engineer might do: in `file`, `from` (which stands there once) becomes `to`. */
export type Edit = { readonly file: string; readonly from: string; readonly to: string };

/** A bug that the storm must find. `name` says in a few words what is wrong. */
export type PlantedBug = { readonly name: string; readonly edits: readonly Edit[] };

const bug = (name: string, ...edits: [file: string, from: string, to: string][]): PlantedBug => ({
  name,
  edits: edits.map(([file, from, to]) => ({ file, from, to })),
});

/** Written by somebody who did not write the storm, from the ways in which services like this one lose money. */
export const plantedBugs: readonly PlantedBug[] = [
  // Working on what Stripe says
  bug('an older reading overwrites a newer one of a gift', [
    'src/donations/settle-donation.ts',
    'const isNewer = donation.read_number < readNumber;',
    'const isNewer = donation.read_number < readNumber + 1_000_000n;',
  ]),
  bug('an older reading overwrites a newer one of a refund', [
    'src/refunds/record-refund.ts',
    'if (before.read_number >= readNumber) {',
    'if (before.read_number > readNumber + 1_000_000n) {',
  ]),
  bug('an older reading overwrites a newer one of a recurring gift', [
    'src/subscriptions/record-subscription.ts',
    '|| subscription.read_number >= readNumber) {',
    ') {',
  ]),
  bug(
    'a reading is kept for the next event',
    [
      'webhooks/refund.ts',
      'read: ({ stripe }, refundId) => stripe.getRefund(refundId),',
      'read: ({ stripe }, refundId) => (kept[refundId] ??= stripe.getRefund(refundId)),',
    ],
    [
      'webhooks/refund.ts',
      'export const refund = defineHandler({',
      'const kept: Record<string, ReturnType<import("../src/stripe/gateway.ts").StripeGateway["getRefund"]>> = {};\nexport const refund = defineHandler({',
    ],
  ),
  bug('an event counts as done though it came after the reading', [
    'webhooks/noted-events.ts',
    "    .where('last_read_number', '<', readNumber)\n",
    '',
  ]),
  bug('a webhook is answered before it is stored', [
    'webhooks/inbox.ts',
    'return await write({ ...event, requestId: currentRequestId() ?? null });',
    'void write({ ...event, requestId: currentRequestId() ?? null }).catch(() => false); return true;',
  ]),
  bug(
    'an outage of Stripe kills the events that meet it',
    ['webhooks/set-back.ts', "if (due.length > 0 && retry !== 'until-it-works') {", 'if (due.length > 0) {'],
    ['webhooks/set-back.ts', 'const mostAttempts = 10;', 'const mostAttempts = 1;'],
  ),
  bug('any answer but success means that the object is gone', [
    'webhooks/read-object.ts',
    "if (error instanceof AppError && error.code === 'stripe-object-gone') {",
    'if (error instanceof AppError) {',
  ]),
  bug('a webhook is taken whoever signed it', [
    'webhooks/verify.ts',
    "if ((error as { type?: unknown }).type === 'StripeSignatureVerificationError') {\n      return undefined;\n    }",
    "if ((error as { type?: unknown }).type === 'StripeSignatureVerificationError') {\n      return JSON.parse(body.toString());\n    }",
  ]),
  bug('a signature never grows old', [
    'webhooks/verify.ts',
    'const toleranceSeconds = 300;',
    'const toleranceSeconds = 300_000_000;',
  ]),
  bug('events of the other mode are worked on', [
    'webhooks/to-inbox-event.ts',
    'if (event.livemode !== livemode) {',
    'if (event.livemode === undefined) {',
  ]),
  // What a gift is
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
  // Paying once
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
  // Disputes and payouts
  bug(
    'an older reading overwrites a newer one of a dispute',
    [
      'src/disputes/record-dispute.ts',
      'if (before && before.read_number >= readNumber) {',
      'if (before && before.read_number > readNumber + 1_000_000n) {',
    ],
    [
      'src/disputes/record-dispute.ts',
      ".doUpdateSet(columns).where('disputes.read_number', '<', readNumber))",
      '.doUpdateSet(columns))',
    ],
  ),
  bug('a dispute that was won stays withheld', [
    'src/disputes/record-dispute.ts',
    'withdrawn_minor: -sum(({ amount }) => amount.minor),',
    'withdrawn_minor: -(balanceTransactions[0]?.amount.minor ?? 0n),',
  ]),
  bug('a lost dispute lets the recurring gift go on', [
    'src/disputes/record-dispute.ts',
    'if (!wasLost && donation.subscription_id && mayStop) {',
    'if (wasLost && donation.subscription_id && mayStop) {',
  ]),
  bug('the fee of a dispute is a cent too high', [
    'src/disputes/record-dispute.ts',
    'fee_minor: sum(({ fee }) => fee.minor),',
    'fee_minor: sum(({ fee }) => fee.minor) + BigInt(balanceTransactions.length),',
  ]),
  bug('lines of a payout are not told from others', [
    'src/payouts/read-payout-lines.ts',
    '    .set({ payout_id: payoutId })',
    '    .set({ payout_id: null })',
  ]),
  bug('a payout that failed is not booked back', [
    'src/payouts/record-payout.ts',
    'for (const transaction of [reading.balanceTransaction, reading.failureBalanceTransaction]) {',
    'for (const transaction of [reading.balanceTransaction]) {',
  ]),
  // The books
  bug(
    'a balance transaction is booked as often as it is read',
    [
      'src/ledger/post-journal.ts',
      'const isNew = await insertBalanceTransaction(trx, transaction);',
      'const isNew = (await insertBalanceTransaction(trx, transaction)) || true;',
    ],
    [
      'sql/migrations/0003_ledger.sql',
      'stripe_balance_transaction_id text unique references balance_transactions (id),',
      'stripe_balance_transaction_id text references balance_transactions (id),',
    ],
  ),
  bug('a kind of movement that is not known is left out of the books', [
    'src/ledger/post-journal.ts',
    'if (isNew && draft.entries.length > 0) {',
    'if (isNew && draft.entries.length > 0 && draft.kind !== unknownKind) {',
  ]),
  bug('the fee of a dispute is booked among the other fees', [
    'src/ledger/journal-of.ts',
    "account: rule.feeTo ?? 'stripe_fees'",
    "account: rule.feeTo ? 'stripe_fees' : 'stripe_fees'",
  ]),
  bug('positions come from a sequence', [
    'src/db/counters.ts',
    'return drawn.rows[0]!.value;',
    "return drawn.rows[0] && (await sql<{ value: bigint }>`select nextval('read_numbers') as value`.execute(trx)).rows[0]!.value;",
  ]),
  bug(
    'gifts are booked net, without what Stripe kept',
    [
      'src/ledger/journal-of.ts',
      "{ account: isForeign ? 'other_income' : rule.against, amountMinor: -transaction.amount.minor },",
      "{ account: isForeign ? 'other_income' : rule.against, amountMinor: -transaction.net.minor },",
    ],
    ['src/ledger/journal-of.ts', 'amountMinor: transaction.fee.minor },', 'amountMinor: 0n * transaction.fee.minor },'],
  ),
  bug('cents go through floating point', [
    'src/stripe/to-money.ts',
    'return money(BigInt(minor!), currency);',
    'return money(BigInt(Math.floor((minor! / 100) * 100)), currency);',
  ]),
  bug('yen have cents in the export', [
    'sql/migrations/0001_foundation.sql',
    'when 0 then amount_minor::text',
    'when 0 then (amount_minor * 0.01)::text',
  ]),
  // Letters
  bug('a mail counts as sent before the mail server took it', [
    'src/mail/send-queued-mail.ts',
    '    await sendMail(mail.letter);\n',
    '    await writeDownSent(services, mailId);\n    await sendMail(mail.letter);\n',
  ]),
  bug('a mail that failed once is given up', ['src/mail/send-queued-mail.ts', 'if (run.isLast) {', 'if (run.attempt >= 1) {']),
  bug(
    'the mail server is asked inside the transaction that writes the letter, twice where it is repeated',
    ['src/receipts/write-receipt.ts', ', to, ...letter })', ", to, ...letter, dedupeKey: services.newId('mail') })"],
    ['src/receipts/write-receipt.ts', 'return receipt.written_at === null ? receipt : undefined;', 'return receipt;'],
  ),
  // People
  bug(
    'who was erased comes back with the next reading',
    ['src/donors/attach-donor.ts', 'if (known?.erased_at) {', "if (known?.id === '') {"],
    ['src/donors/attach-donor.ts', '  if (erased) {', "  if (erased === '') {"],
    ['src/donors/choose-donor.ts', 'return isErased ? current', 'return isErased && !current ? current'],
    ['src/donors/attach-donor.ts', 'donorId === id ? await findTombstone(trx, person.email, person.at) : undefined', 'undefined'],
  ),
];
