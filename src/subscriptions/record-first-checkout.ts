import type { Trx } from '../db/database.ts';
import { closePage, type Page, toPayer } from '../donations/close-page.ts';
import type { RecordedPayment } from '../donations/lock-donation.ts';
import { chooseDonor } from '../donors/choose-donor.ts';
import type { Services } from '../services.ts';
import type { CheckoutReading } from '../stripe/gateway.ts';
import type { Subscription } from './lock-subscription.ts';
import { recordGift } from './record-gift.ts';
import { recordSubscription } from './record-subscription.ts';

/**
 * Makes a recurring donation equal to the session in which it was begun: expired with it, or as Stripe has it now, given by whom the
 * session names, with its first gift.
 */
export async function recordFirstCheckout(
  trx: Trx,
  services: Services,
  checkout: CheckoutReading,
  readNumber: bigint,
): Promise<RecordedPayment> {
  const page = await closePage(trx, checkout);
  if (page.end !== 'paid' || !checkout.subscription) {
    return { outcome: 'nothing' };
  }
  const subscription = await recordSubscription(trx, checkout.subscription, readNumber);
  if (subscription) {
    await setDonor(trx, services, { subscription, checkout, page });
  }
  return checkout.payment ? recordGift(trx, services, checkout.payment, readNumber) : { outcome: 'nothing' };
}

/** The session names the donor more surely than a charge does; gifts that nobody was known for become theirs. */
async function setDonor(
  trx: Trx,
  services: Services,
  { subscription, checkout, page }: { subscription: Subscription; checkout: CheckoutReading; page: Page },
): Promise<void> {
  const gifts = trx.selectFrom('donations').select('id').where('subscription_id', '=', subscription.id);
  await gifts.orderBy('id').forNoKeyUpdate().execute(); // before the donor's row, as everywhere
  const payer = toPayer(checkout, page, services.clock.now());
  const donorId = await chooseDonor(trx, services, subscription.donor_id, payer);
  await trx.updateTable('subscriptions').set({ donor_id: donorId }).where('id', '=', subscription.id).execute();
  await trx
    .updateTable('donations')
    .set({ donor_id: donorId })
    .where('subscription_id', '=', subscription.id)
    .where('donor_id', 'is', null)
    .execute();
}
