import { randomUUID } from 'node:crypto';
import type { LoadRequest } from './load.ts';

let source = 0;

/** So many wishes to give, each of a reader of its own. */
export function giftRequests(count: number): LoadRequest[] {
  return Array.from({ length: count }, () => {
    source += 1;
    const address = `10.${(source >> 16) & 255}.${(source >> 8) & 255}.${source & 255}`;
    const article = { url: 'https://www.example.org/quay', title: 'Who owns the quay?', section: 'Harbour' };
    return {
      method: 'POST',
      path: '/v1/donations',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        'x-forwarded-for': address,
        origin: 'https://www.example.org',
      },
      body: JSON.stringify({ amount: 1500, currency: 'eur', article, campaign: 'autumn', placement: 'end-of-article' }),
    };
  });
}
