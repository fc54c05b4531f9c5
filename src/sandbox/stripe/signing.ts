import { createHmac } from 'node:crypto';

/** The `Stripe-Signature` of exactly these bytes: one v1 for each secret, over the instant (wall seconds) and the body. */
export function signatureHeader(body: string, secrets: string[], seconds: number): string {
  const signatures = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`);
  return [`t=${seconds}`, ...signatures].join(',');
}
