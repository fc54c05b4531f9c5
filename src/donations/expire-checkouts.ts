import { sql } from 'kysely';
import { stageJob } from '../jobs/stage.ts';
import type { Services } from '../services.ts';
import { type Checkout, leaseCheckout, setExpired } from './checkout.ts';

const most = 500;
const readAgainMinutes = 5;

/**
 * Settles pages whose time is over: one that Stripe made is read again, which makes its gift what it is there, every five minutes until
 * it is settled; one that was never opened expires with its gift. At most 500 a time, the oldest first; answers how many there were.
 */
export async function expireDueCheckouts({ db, clock }: Pick<Services, 'db' | 'clock'>): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const due = await trx
      .selectFrom('checkouts')
      .selectAll()
      .where('state', 'in', ['asking', 'open'])
      .where('expires_at', '<=', clock.now())
      .where((row) => row.or([row('leased_until', 'is', null), row('leased_until', '<', sql<Date>`now()`)]))
      .orderBy('expires_at')
      .limit(most)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const checkout of due) {
      await settle(checkout);
    }
    return due.length;

    async function settle(checkout: Checkout): Promise<void> {
      const subject = checkout.stripe_checkout_session_id;
      if (subject) {
        await stageJob(trx, 'read-object', { subject });
        await leaseCheckout(trx, checkout, readAgainMinutes * 60);
      } else {
        await setExpired(trx, checkout);
      }
    }
  });
}
