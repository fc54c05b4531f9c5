import Stripe from 'stripe';

/** In live mode Stripe takes 100 reads a second from an account; this leaves most of them to readers and to the newsroom's other programs. */
export const bulkReadsASecond = 20;

const burstSeconds = 1;

/** Waits for its turn: in the order of asking, so many a second, and as many at once as one second holds after a quiet time. */
export function createPace(perSecond: number): () => Promise<void> {
  const eachMs = 1000 / perSecond;
  let nextAt = 0; // on performance's clock; may lie in the past by the burst at most
  return () => {
    const now = performance.now();
    const turnAt = Math.max(nextAt, now - (burstSeconds * 1000 - eachMs));
    nextAt = turnAt + eachMs;
    const waitMs = turnAt - now;
    return waitMs <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, waitMs));
  };
}

/** Node's HTTP for Stripe's client, each request in its turn; one that the client repeats takes another turn. */
export function pacedHttpClient(turn: () => Promise<void>): Stripe.HttpClient {
  const client = Stripe.createNodeHttpClient() as Stripe.HttpClient;
  const ask = client.makeRequest.bind(client);
  client.makeRequest = async (...request) => {
    await turn();
    return ask(...request);
  };
  return client;
}
