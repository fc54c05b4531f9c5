import type { Trx } from '../db/database.ts';
import type { RecordedPayment } from '../donations/lock-donation.ts';
import { recordPayment } from '../donations/record-payment.ts';
import type { Services } from '../services.ts';
import type { PaymentReading } from '../stripe/gateway.ts';
import { recordInstalment } from './record-instalment.ts';

/** Makes whatever a payment pays equal to what Stripe says: an instalment, a one-time gift, or what is foreign to us. */
export async function recordGift(
  trx: Trx,
  services: Services,
  payment: PaymentReading,
  readNumber: bigint,
): Promise<RecordedPayment> {
  return payment.instalment
    ? recordInstalment(trx, services, payment, payment.instalment, readNumber)
    : recordPayment(trx, services, payment, readNumber);
}
