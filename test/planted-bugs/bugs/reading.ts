import { bug, type PlantedBug } from './bug.ts';

/** Working on what Stripe says. */
export const readingBugs: readonly PlantedBug[] = [
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
];
