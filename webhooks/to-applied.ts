import type { RecordedPayment } from '../src/donations/lock-donation.ts';
import type { Applied } from './handler.ts';

/** Waits where a payment's owner is not known yet, for the first of several that will be. */
export function toApplied(...recorded: RecordedPayment[]): Applied {
  const waits = recorded.flatMap((one) => (one.outcome === 'wait' ? [one.until.getTime()] : []));
  return waits.length > 0 ? { waitUntil: new Date(Math.min(...waits)) } : {};
}
