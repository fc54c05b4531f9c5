import { AppError } from '../errors.ts';

/** How far a gift is. */
export type DonationStatus = 'pending' | 'processing' | 'succeeded' | 'failed' | 'expired';

/**
 * What a gift becomes when its payment intent stands at `paymentStatus` (docs.stripe.com/payments/paymentintents/lifecycle).
 * A declined card on an open page changes nothing: the donor may try another. `pageIsClosed`: nobody can try again.
 * Throws stripe-value-unknown for a status that Stripe has added since: never taken for paid.
 */
export function statusAfter(current: DonationStatus, paymentStatus: string, pageIsClosed: boolean): DonationStatus {
  const next = nextStatus(current, paymentStatus, pageIsClosed);
  return current === 'succeeded' ? 'succeeded' : next;
}

function nextStatus(current: DonationStatus, paymentStatus: string, pageIsClosed: boolean): DonationStatus {
  switch (paymentStatus) {
    case 'succeeded':
    case 'processing':
      return paymentStatus;
    case 'requires_payment_method': // a bank debit that was on its way comes back to this when it fails
      return current === 'processing' || (pageIsClosed && current === 'pending') ? 'failed' : current;
    case 'requires_confirmation':
    case 'requires_action':
    case 'requires_capture':
      return current;
    case 'canceled':
      return current === 'pending' ? 'expired' : current === 'processing' ? 'failed' : current;
    default:
      throw unknownValue('payment intent');
  }
}

/** Whether the money of a payment intent was taken; throws stripe-value-unknown for a status we don't know. */
export function isPaid(paymentStatus: string): boolean {
  return statusAfter('pending', paymentStatus, false) === 'succeeded';
}

/** Whether its money was taken or is on its way; throws like `isPaid`. */
export function isUnderWay(paymentStatus: string): boolean {
  return ['succeeded', 'processing'].includes(statusAfter('pending', paymentStatus, false));
}

/** Stripe said something of this kind of object that we have no word for. */
export function unknownValue(object: string): AppError {
  return new AppError('stripe-value-unknown', `Stripe gave a ${object} a status that is not understood`);
}
