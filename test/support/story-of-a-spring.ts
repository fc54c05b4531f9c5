import type { Gift, keepBooks } from './books.ts';

export const quay = 'https://www.example.org/quay';
export const lock = 'https://www.example.org/lock';

/** A spring of a small newsroom: gifts in three currencies, refunds, a payout, one gift that is not settled yet and some that failed. */
export async function bookASpring(books: ReturnType<typeof keepBooks>): Promise<{ gifts: Gift[] }> {
  const settled = (currency: string, gross: bigint, fee: bigint) => ({ currency, gross, fee });
  const gifts = [
    await books.gift({
      amount: 1000n,
      paidAt: '2026-03-10T12:00:00Z',
      article: { url: quay },
      settled: settled('eur', 1000n, 40n),
    }),
    await books.gift({
      amount: 2500n,
      paidAt: '2026-03-31T21:59:59Z',
      article: { url: lock },
      settled: settled('eur', 2500n, 63n),
    }),
    await books.gift({
      amount: 500n,
      paidAt: '2026-03-31T22:00:00Z',
      article: { url: `${quay}?from=mail` },
      settled: settled('eur', 500n, 33n),
    }),
    await books.gift({ amount: 1500n, currency: 'jpy', paidAt: '2026-04-02T12:00:00Z', settled: settled('jpy', 1500n, 54n) }),
    await books.gift({
      amount: 2000n,
      currency: 'usd',
      paidAt: '2026-04-03T12:00:00Z',
      article: { url: `${quay}/` },
      settled: settled('eur', 1840n, 83n),
    }),
    await books.gift({
      amount: 700n,
      recurring: true,
      paidAt: '2026-04-20T12:00:00Z',
      article: { url: lock },
      settled: settled('eur', 700n, 35n),
    }),
    await books.gift({ amount: 1230n, currency: 'bhd', paidAt: '2026-04-21T12:00:00Z', settled: settled('bhd', 1230n, 50n) }),
  ];
  await books.gift({ amount: 900n, settled: false, paidAt: '2026-04-22T12:00:00Z' });
  await books.gift({ status: 'pending', createdAt: '2026-04-23T12:00:00Z' });
  await books.gift({ status: 'failed', createdAt: '2026-04-23T13:00:00Z' });
  await books.gift({ status: 'expired', createdAt: '2026-04-23T14:00:00Z' });
  await books.refund(gifts[0]!, { amount: 1000n, at: '2026-04-05T12:00:00Z' });
  await books.refund(gifts[1]!, { amount: 300n, at: '2026-04-06T12:00:00Z' });
  await books.refund(gifts[4]!, { amount: 1000n, settled: 915n, at: '2026-05-06T12:00:00Z' });
  await books.refund(gifts[5]!, { amount: 700n, status: 'failed', at: '2026-05-07T12:00:00Z' });
  await books.payout({ amount: 2000n, arrival: '2026-04-12' });
  return { gifts };
}
