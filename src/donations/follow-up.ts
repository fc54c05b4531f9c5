import { plusSeconds } from '../clock.ts';
import { stageJob } from '../jobs/stage.ts';
import type { Services } from '../services.ts';

const most = 200;
const longestWaitSeconds = 24 * 3600;

/**
 * Has payments read again of which something is still missing: Stripe's balance transaction, and with it the fee. Each is asked for
 * again after as long as it is old by then, at most a day. Answers how many were due.
 */
export async function followUpPayments({ db, clock }: Pick<Services, 'db' | 'clock'>): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const now = clock.now();
    const due = await trx
      .selectFrom('donations')
      .select(['id', 'paid_at', 'stripe_payment_intent_id'])
      .where('follow_up_at', '<=', now)
      .orderBy('follow_up_at')
      .limit(most)
      .forNoKeyUpdate()
      .skipLocked()
      .execute();
    for (const { id, paid_at, stripe_payment_intent_id: subject } of due) {
      const ageSeconds = paid_at ? (now.getTime() - paid_at.getTime()) / 1000 : 0;
      const waitSeconds = Math.min(Math.max(ageSeconds, 60), longestWaitSeconds);
      await trx
        .updateTable('donations')
        .set({ follow_up_at: plusSeconds(now, waitSeconds) })
        .where('id', '=', id)
        .execute();
      await stageJob(trx, 'read-object', { subject: subject! });
    }
    return due.length;
  });
}
