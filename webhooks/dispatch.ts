import { checkoutSession } from './checkout-session.ts';
import { dispute } from './dispute.ts';
import { earlyFraudWarning } from './early-fraud-warning.ts';
import type { Handler } from './handler.ts';
import { invoice } from './invoice.ts';
import { payment } from './payment.ts';
import { payout } from './payout.ts';
import { refund } from './refund.ts';
import { subscription } from './subscription.ts';

/** Every event family, those first whose reading tells most of a gift. */
export const handlers: readonly Handler[] = [
  checkoutSession,
  invoice,
  payment,
  subscription,
  refund,
  dispute,
  earlyFraudWarning,
  payout,
];

/** Who works on an event of this type; undefined where we do not listen to it. */
export function handlerOfType(type: string): Handler | undefined {
  return handlers.find(({ types }) => types.includes(type));
}

/** Who reads the object of this id; undefined for a kind that we do not read. */
export function handlerOfSubject(subject: string): Handler | undefined {
  return handlers.find(({ prefixes }) => prefixes.some((prefix) => subject.startsWith(prefix)));
}
