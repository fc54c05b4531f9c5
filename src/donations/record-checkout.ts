import type { Trx } from '../db/database.ts';
import type { Services } from '../services.ts';
import type { CheckoutReading } from '../stripe/gateway.ts';
import { closePage, toPayer } from './close-page.ts';
import type { RecordedPayment } from './lock-donation.ts';
import { recordPayment } from './record-payment.ts';

/**
 * Makes a one-time gift equal to the session in which it is paid: expired with it, or settled by its payment and given by whom the
 * session names. An open page changes nothing, whatever was declined on it.
 */
export async function recordCheckout(
  trx: Trx,
  services: Services,
  checkout: CheckoutReading,
  readNumber: bigint,
): Promise<RecordedPayment> {
  const page = await closePage(trx, checkout);
  if (page.end !== 'paid' || !checkout.payment) {
    return { outcome: 'nothing' };
  }
  const payer = toPayer(checkout, page, services.clock.now());
  return recordPayment(trx, services, checkout.payment, readNumber, { payer });
}
