import Stripe from 'stripe';
import { createPace, pacedHttpClient } from './bulk-pace.ts';

/** The version whose shapes the whole service is written for, whatever the account's default is. */
export const apiVersion = '2026-10-28.endive';

/** How Stripe is reached. `apiBase`: another host that speaks its API. `callsASecond`: no more than that; absent, as many as are asked. */
export type StripeSettings = { secretKey: string; apiBase?: string; callsASecond?: number };

/** For what is asked under a lease, which it must not outlive: twice ten seconds at most. In milliseconds. */
export const brief = { timeout: 10_000, maxNetworkRetries: 1 };

/** Stripe's own client, over Node's HTTP with connections kept open. */
export function createStripeClient({ secretKey, apiBase, callsASecond }: StripeSettings): Stripe {
  return new Stripe(secretKey, {
    apiVersion,
    maxNetworkRetries: 2,
    timeout: 20_000,
    telemetry: false,
    ...(apiBase && hostOf(apiBase)),
    ...(callsASecond !== undefined && { httpClient: pacedHttpClient(createPace(callsASecond)) }),
  });
}

function hostOf(apiBase: string): { host: string; port: string; protocol: 'http' | 'https' } {
  const { hostname, port, protocol } = new URL(apiBase);
  const plain = protocol === 'http:';
  return { host: hostname, port: port || (plain ? '80' : '443'), protocol: plain ? 'http' : 'https' };
}
