import type { Trx } from '../db/database.ts';
import { postJournal } from '../ledger/post-journal.ts';
import type { Services } from '../services.ts';
import type { PaymentReading } from '../stripe/gateway.ts';
import type { RecordedPayment } from './lock-donation.ts';

/**
 * Books what a payment of ours moved that came to nothing before it was heard of: a bank debit may be in the balance while it is on its
 * way, and is taken out of it again where it fails; Stripe keeps its fee. It becomes no gift.
 */
export async function postFailedDebit(trx: Trx, services: Services, { charge }: PaymentReading): Promise<RecordedPayment> {
  for (const transaction of [charge?.balanceTransaction, charge?.failureBalanceTransaction]) {
    if (transaction) {
      await postJournal(trx, services, transaction, {});
    }
  }
  return { outcome: 'nothing' };
}
