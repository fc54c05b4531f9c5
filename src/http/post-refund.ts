import { z } from 'zod';
import { refundReasons, requestRefund } from '../refunds/request-refund.ts';
import { amount, currency, donationId, refundId } from './openapi/words.ts';
import { defineRoute } from './route.ts';
import { staffInput } from './staff-input.ts';

const refundBody = z.strictObject({
  amount: z.int().positive().optional().describe('In the smallest unit of the gift’s currency; absent: all that is left of it.'),
  reason: z.enum(refundReasons),
  note: z.string().min(1).max(500).optional().describe('For whoever reads the books later; Stripe does not get it.'),
});

const refundJson = z.object({ id: refundId, status: z.literal('requested'), donation_id: donationId, amount, currency });

/** Money is to go back: written down with who wants it; a job asks Stripe, and the books change when Stripe reports it. */
export const postRefund = defineRoute<z.output<typeof refundBody>>({
  name: 'POST /v1/admin/donations/{id}/refunds',
  summary: 'Give money back',
  description: 'Never more than is left: refunds that are asked for or under way, and what a bank took back, count as gone.',
  takes: refundBody,
  output: { 201: { description: 'Written down; Stripe is asked.', json: refundJson } },
  refuses: ['donation-not-found', 'refund-exceeds-donation', 'request-not-possible'],
  read: staffInput(refundBody),
  async handle({ services, params, input, caller, request }) {
    const refund = await requestRefund(services, {
      donationId: params.id!,
      amountMinor: input.amount === undefined ? undefined : BigInt(input.amount),
      reason: input.reason,
      note: input.note,
      requestedBy: caller!.id,
      requestKey: request.get('Idempotency-Key'),
    });
    const { minor, currency } = refund.amount;
    return { status: 201, json: { id: refund.id, status: 'requested', donation_id: params.id, amount: minor, currency } };
  },
});
