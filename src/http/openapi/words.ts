import { z } from 'zod';

/** What several answers have in common, as schemas of what is sent. */
export const donationId = z.string().describe('don_…');
export const subscriptionId = z.string().describe('rec_…');
export const donorId = z.string().describe('dnr_…');
export const refundId = z.string().describe('rfd_…');
export const amount = z.int().positive().describe('In the currency’s smallest unit, fee cover included.');
export const currency = z.string().describe('Three small letters.');
export const day = z.iso.date();
export const instant = z.iso.datetime();
export const articleUrl = z.string().nullable().describe('Without its query.');
export const okJson = z.object({ status: z.literal('ok') });

/** Problem details (RFC 9457). */
export const problemJson = z
  .looseObject({
    type: z.string().describe('An address that ends with the error’s code.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z.string().describe('Names the request, as X-Request-Id does.'),
    errors: z
      .array(z.object({ pointer: z.string().describe('A JSON pointer (RFC 6901) into the input.'), detail: z.string() }))
      .min(1)
      .optional(),
  })
  .meta({ id: 'Problem' });
