import { createHmac, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { advance, calm } from '../stage/calm.ts';
import { defineCommand, pick, type Stage } from './command.ts';
import { collectFired } from './order.ts';

/** Time passes: the minutes after a payment, a quarter of an hour for a stranger's, a page's life, a day. */
export const passTime = defineCommand({
  name: 'pass-time',
  weight: 8,
  input: fc.record({ seconds: fc.constantFrom(2, 60, 900, 3_700, 90_000) }),
  async run({ slot }, { seconds }) {
    await advance(slot, seconds);
    return true;
  },
});

/** Everybody comes to rest. */
export const settle = defineCommand({
  name: 'settle',
  weight: 12,
  input: fc.record({}),
  async run({ slot }) {
    await calm(slot);
    return true;
  },
});

/** All faults end, and what was held back is sent. */
export const clearFaults = defineCommand({
  name: 'clear-faults',
  weight: 3,
  input: fc.record({}),
  async run(stage) {
    await collectFired(stage);
    await stage.slot.mailFault({ clear: true });
    await stage.slot.stripe.lever('faults', { clear: true });
    return true;
  },
});

/** Stripe sends something once more that it sent long ago. */
export const redeliver = defineCommand({
  name: 'redeliver',
  weight: 4,
  input: fc.record({ which: fc.nat(500), times: fc.integer({ min: 1, max: 3 }) }),
  async run({ slot, fired }, { which, times }) {
    const delivery = pick((await slot.stripe.state()).all('deliveries'), which);
    if (!delivery) return false;
    await Promise.all(Array.from({ length: times }, () => slot.stripe.lever(`deliveries/${delivery.id}/redeliver`)));
    fired('webhook delivered again', times);
    return true;
  },
});

const lies = ['other secret', 'tampered', 'an hour ago', 'no signature', 'other mode'] as const;

/** Somebody else speaks in Stripe's name, or Stripe's other mode reaches us: of a payment that never was. */
export const forge = defineCommand({
  name: 'forge',
  weight: 3,
  input: fc.record({ lie: fc.constantFrom(...lies), which: fc.nat(50) }),
  async run(stage, { lie, which }) {
    const gift = pick(stage.notes.gifts, which);
    const id = `evt_${randomUUID().replaceAll('-', '')}`;
    const status = await tell(stage, id, lie, gift?.checkoutId ?? 'cs_test_nothing');
    if (lie === 'other mode') {
      if (![200, 503].includes(status)) stage.notes.wrongs.push(`an event of the other mode was answered ${status}`);
      stage.fired('webhook of the other mode');
      return true;
    }
    stage.notes.forged.add(id);
    if (status !== 400) stage.notes.wrongs.push(`a forged event (${lie}) was answered ${status}`);
    stage.fired(`forged webhook (${lie})`);
    return true;
  },
});

async function tell({ slot }: Stage, id: string, lie: (typeof lies)[number], checkoutId: string): Promise<number> {
  const body = JSON.stringify({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(slot.now().getTime() / 1000),
    livemode: lie === 'other mode',
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: 'checkout.session.completed',
    data: { object: { id: checkoutId, object: 'checkout.session', status: 'complete', payment_status: 'paid' } },
  });
  const seconds = Math.floor(Date.now() / 1000) - (lie === 'an hour ago' ? 3600 : 0);
  const secret = lie === 'other secret' ? 'whsec_of_somebody_else' : slot.webhookSecret;
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  const response = await fetch(`${slot.url}/webhooks/stripe`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(lie !== 'no signature' && { 'stripe-signature': `t=${seconds},v1=${digest}` }),
    },
    body: lie === 'tampered' ? body.replace('"paid"', '"paid" ') : body,
  });
  return response.status;
}

/** The service compares itself with Stripe, in the middle of everything. */
export const reconcile = defineCommand({
  name: 'reconcile',
  weight: 2,
  input: fc.record({}),
  async run({ slot }) {
    const done = await slot
      .workers()[0]!
      .reconcile()
      .catch(() => undefined);
    return done !== undefined;
  },
});
