import type Stripe from 'stripe';
import { change, emit } from './events.ts';
import { createdFilter, text } from './fields.ts';
import { newId } from './ids.ts';
import { page, pageFields } from './pagination.ts';
import { type Route, route } from './route.ts';
import { get, idOf, insert, newestFirst, type World } from './world.ts';

/** The card's bank believes that a payment was fraud; it can still be refunded before it is disputed. */
export function warnOfCharge(world: World, charge: Stripe.Charge, fraudType = 'misc'): Stripe.Radar.EarlyFraudWarning {
  const warning = insert(world, 'radar.early_fraud_warning', {
    id: newId('issfr'),
    object: 'radar.early_fraud_warning',
    actionable: !charge.disputed && !charge.refunded,
    charge: charge.id,
    created: world.clock.seconds(),
    fraud_type: fraudType,
    livemode: false,
    ...(charge.payment_intent ? { payment_intent: idOf(charge.payment_intent) } : {}),
  });
  emit(world, 'radar.early_fraud_warning.created', warning);
  return warning;
}

/** The charge was refunded whole or disputed: its warnings ask for nothing any more. */
export function spendWarnings(world: World, charge: string): void {
  for (const warning of world.tables['radar.early_fraud_warning'].values()) {
    if (warning.charge === charge) {
      change(world, warning, { actionable: false }, 'radar.early_fraud_warning.updated');
    }
  }
}

const warnings = '/v1/radar/early_fraud_warnings';

/** Early fraud warnings: retrieve, list. They come from a test card and from a lever. */
export const fraudWarningRoutes: Route[] = [
  route('get', warnings, { ...pageFields, charge: text, payment_intent: text, created: createdFilter }, (world, { params }) => {
    const rows = newestFirst(world, 'radar.early_fraud_warning').filter(
      (warning) =>
        (!params.charge || warning.charge === params.charge) &&
        (!params.payment_intent || warning.payment_intent === params.payment_intent) &&
        (params.created?.(warning.created) ?? true),
    );
    return page(rows, params, warnings);
  }),
  route('get', `${warnings}/{id}`, {}, (world, { id }) => get(world, 'radar.early_fraud_warning', id)),
];
