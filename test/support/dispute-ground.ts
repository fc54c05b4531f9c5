import { writeReceipt } from '../../src/receipts/write-receipt.ts';
import type { DisputeReading } from '../../src/stripe/gateway.ts';
import { readObject } from '../../webhooks/read-object.ts';
import { type MoneyGround, openMoneyGround } from './money-ground.ts';

/** A gift that was given and told of. */
type Given = { id: string; donationId: string; paymentIntent: string };

/** A ground on which gifts are disputed. */
export type DisputeGround = MoneyGround & {
  given(options?: { interval?: 'month'; untold?: boolean }): Promise<Given>;
  /** Answers the dispute's id. */
  dispute(paymentIntent: string, opening?: { inquiry?: boolean; amount?: number }): Promise<string>;
  end(id: string, outcome: 'won' | 'lost'): Promise<unknown>;
  /** Reads a dispute anew, as if Stripe answered this. */
  readAgain(reading: DisputeReading): Promise<void>;
  donation(id: string): Promise<Record<string, unknown>>;
  receipts(donationId: string): Promise<{ id: string }[]>;
  /** Writes a receipt's letter and answers its text. */
  letter(receiptId: string): Promise<string>;
};

export async function openDisputeGround(): Promise<DisputeGround> {
  const ground = await openMoneyGround();
  return {
    ...ground,
    async given({ interval, untold } = {}) {
      const gift = await ground.begin({ amount: 2500n, interval });
      await ground.payGift(gift);
      const [paid] = (await ground.events(['payment_intent.succeeded'])).slice(-1);
      const paymentIntent = String(paid!.data.object.id);
      if (untold) return { id: gift.id, donationId: gift.id, paymentIntent };
      await ground.tell();
      const { id } = await ground.row<{ id: string }>(
        'select id from donations where stripe_payment_intent_id = $1',
        paymentIntent,
      );
      return { id: gift.id, donationId: id, paymentIntent };
    },
    async dispute(paymentIntent, opening = {}) {
      await ground.simulate('disputes', { payment_intent: paymentIntent, ...opening });
      const { data } = await ground.client.disputes.list({ payment_intent: paymentIntent, limit: 1 });
      return data[0]!.id;
    },
    end: (id, outcome) => ground.simulate(`disputes/${id}`, { outcome }),
    async readAgain(reading) {
      const stripe = { ...ground.services.stripe, getDispute: async () => reading };
      await readObject({ ...ground.services, stripe }, reading.id);
    },
    donation: (id) => ground.row('select * from donations where id = $1', id),
    receipts: (donationId) =>
      ground.rows(
        'select id, kind, refunded_minor, disputed_minor, dispute_id from receipts where donation_id = $1 order by year, sequence',
        donationId,
      ),
    async letter(receiptId) {
      await writeReceipt(ground.services, receiptId);
      return (await ground.row<{ text_body: string }>('select text_body from receipts where id = $1', receiptId)).text_body;
    },
  };
}
