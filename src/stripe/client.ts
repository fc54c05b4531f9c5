import Stripe from 'stripe';

/** The version whose shapes the whole service is written for, whatever the account's default is. */
export const apiVersion = '2026-10-28.endive';

/** Stripe's own client, over Node's HTTP with connections kept open. `apiBase`: another host that speaks Stripe's API. */
export function createStripeClient({ secretKey, apiBase }: { secretKey: string; apiBase?: string }): Stripe {
  return new Stripe(secretKey, {
    apiVersion,
    maxNetworkRetries: 2,
    timeout: 20_000,
    telemetry: false,
    ...(apiBase && hostOf(apiBase)),
  });
}

function hostOf(apiBase: string): { host: string; port: string; protocol: 'http' | 'https' } {
  const { hostname, port, protocol } = new URL(apiBase);
  const plain = protocol === 'http:';
  return { host: hostname, port: port || (plain ? '80' : '443'), protocol: plain ? 'http' : 'https' };
}
