import type { Selectable } from 'kysely';
import type { Trx } from '../db/database.ts';
import type { DB } from '../db/tables.ts';

/** One gift of money, as its row stands. */
export type Donation = Selectable<DB['donations']>;

/** What became of a payment in our books. `wait`: it is not known yet whose it is; ask again then. */
export type RecordedPayment =
  | { readonly outcome: 'gift'; readonly donation: Donation }
  | { readonly outcome: 'foreign' | 'nothing' }
  | { readonly outcome: 'wait'; readonly until: Date };

/** The gift, kept from changing by others until the transaction ends. */
export async function lockDonation(trx: Trx, id: string): Promise<Donation | undefined> {
  return trx.selectFrom('donations').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

/** The gift that a payment intent pays, kept from changing by others until the transaction ends. */
export async function lockDonationOf(trx: Trx, paymentIntentId: string): Promise<Donation | undefined> {
  return trx
    .selectFrom('donations')
    .selectAll()
    .where('stripe_payment_intent_id', '=', paymentIntentId)
    .forNoKeyUpdate()
    .executeTakeFirst();
}
