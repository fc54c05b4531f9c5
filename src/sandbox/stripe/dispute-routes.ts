import type Stripe from 'stripe';
import { noEvidence } from './dispute-creation.ts';
import { closeDispute, isInquiry, isOpenChargeback, submitEvidence } from './disputes.ts';
import { refusedState } from './errors.ts';
import { change } from './events.ts';
import { createdFilter, flag, group, mergedMetadata, metadata, shortText, text } from './fields.ts';
import { page, pageFields } from './pagination.ts';
import { type Route, route } from './route.ts';
import { get, newestFirst, type World } from './world.ts';

const evidenceField = shortText(20_000);
const evidence = group(Object.fromEntries(Object.keys(noEvidence).map((name) => [name, evidenceField])));
const updateFields = { evidence, metadata, submit: flag };
const listFields = { ...pageFields, charge: text, payment_intent: text, created: createdFilter };

/** The dispute with its balance transactions as they are by now. */
function current(world: World, dispute: Stripe.Dispute): Stripe.Dispute {
  dispute.balance_transactions = dispute.balance_transactions.map(({ id }) => get(world, 'balance_transaction', id));
  return dispute;
}

/** Disputes: retrieve, list, update (evidence), close, which accepts them. They come from test cards and from a lever. */
export const disputeRoutes: Route[] = [
  route('get', '/v1/disputes', listFields, (world, { params }) => {
    const rows = newestFirst(world, 'dispute').filter(
      (dispute) =>
        (!params.charge || dispute.charge === params.charge) &&
        (!params.payment_intent || dispute.payment_intent === params.payment_intent) &&
        (params.created?.(dispute.created) ?? true),
    );
    const found = page(rows, params, '/v1/disputes');
    return { ...found, data: found.data.map((dispute) => current(world, dispute)) };
  }),
  route('get', '/v1/disputes/{id}', {}, (world, { id }) => current(world, get(world, 'dispute', id))),
  route('post', '/v1/disputes/{id}', updateFields, (world, { id, params }) => {
    const dispute = current(world, get(world, 'dispute', id));
    if (params.evidence && !isInquiry(dispute) && !isOpenChargeback(dispute)) {
      throw refusedState('This dispute is already closed.');
    }
    const said = Object.fromEntries(Object.entries(params.evidence ?? {}).filter(([, value]) => value !== undefined));
    const isSubmitted = params.evidence != null && params.submit !== false;
    const patch: Partial<Stripe.Dispute> = {
      evidence: { ...dispute.evidence, ...said },
      evidence_details: {
        ...dispute.evidence_details,
        has_evidence: dispute.evidence_details.has_evidence || Boolean(params.evidence),
      },
      metadata: mergedMetadata(dispute.metadata, params.metadata),
      ...(isSubmitted ? submitEvidence(world, dispute) : {}),
    };
    change(world, dispute, patch, 'charge.dispute.updated');
    return dispute;
  }),
  route('post', '/v1/disputes/{id}/close', {}, (world, { id }) => {
    const dispute = current(world, get(world, 'dispute', id));
    closeDispute(world, dispute, isInquiry(dispute) ? 'warning_closed' : 'lost');
    return dispute;
  }),
];
