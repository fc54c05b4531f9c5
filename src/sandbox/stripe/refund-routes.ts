import { change } from './events.ts';
import { createdFilter, flag, mergedMetadata, metadata, oneOf, text, wholeNumber } from './fields.ts';
import { page, pageFields } from './pagination.ts';
import { cancelRefund } from './refund-endings.ts';
import { createRefund } from './refunds.ts';
import { type Route, route } from './route.ts';
import { get, newestFirst } from './world.ts';

const createFields = {
  charge: text,
  payment_intent: text,
  amount: wholeNumber(1),
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
  metadata,
  refund_application_fee: flag,
  reverse_transfer: flag,
};

/** Refunds: create, whole or in parts, retrieve, update, cancel (while pending), list. */
export const refundRoutes: Route[] = [
  route('post', '/v1/refunds', createFields, (world, { params }) => createRefund(world, params)),
  route(
    'get',
    '/v1/refunds',
    { ...pageFields, charge: text, payment_intent: text, created: createdFilter },
    (world, { params }) => {
      const rows = newestFirst(world, 'refund').filter(
        (refund) =>
          (!params.charge || refund.charge === params.charge) &&
          (!params.payment_intent || refund.payment_intent === params.payment_intent) &&
          (params.created?.(refund.created) ?? true),
      );
      return page(rows, params, '/v1/refunds');
    },
  ),
  route('get', '/v1/refunds/{id}', {}, (world, { id }) => get(world, 'refund', id)),
  route('post', '/v1/refunds/{id}', { metadata }, (world, { id, params }) => {
    const refund = get(world, 'refund', id);
    change(world, refund, { metadata: mergedMetadata(refund.metadata ?? {}, params.metadata) }, 'refund.updated');
    return refund;
  }),
  route('post', '/v1/refunds/{id}/cancel', {}, (world, { id }) => {
    const refund = get(world, 'refund', id);
    cancelRefund(world, refund);
    return refund;
  }),
];
