import fc from 'fast-check';
import { fuses } from '../stage/database.ts';
import { defineCommand } from './command.ts';
import { collectMailFired } from './order.ts';

const apiKinds = ['429', '500', 'lock', 'in-use', 'cut-before', 'cut-after', '500-after', 'malformed', 'slow'] as const;
const asked = [
  { method: 'POST', path: '/v1/checkout/sessions' },
  { method: 'POST', path: '/v1/checkout/sessions/*' },
  { method: 'GET', path: '/v1/checkout/sessions/*' },
  { method: 'GET', path: '/v1/payment_intents/*' },
  { method: 'GET', path: '/v1/invoice*' },
  { method: 'GET', path: '/v1/subscriptions/*' },
  { method: 'DELETE', path: '/v1/subscriptions/*' },
  { method: 'GET', path: '/v1/refunds*' },
  { method: 'POST', path: '/v1/refunds' },
  { method: 'GET', path: '/v1/disputes/*' },
  { method: 'GET', path: '/v1/*' },
  { method: 'POST', path: '/v1/*' },
];

/** Stripe answers wrong, or not at all, a few times. */
export const apiFault = defineCommand({
  name: 'api-fault',
  weight: 7,
  input: fc.record({
    kind: fc.constantFrom(...apiKinds),
    what: fc.constantFrom(...asked),
    times: fc.integer({ min: 1, max: 4 }),
  }),
  async run({ slot }, { kind, what, times }) {
    const fault = /^\d+$/.test(kind) ? { status: Number(kind) } : { fault: kind };
    await slot.stripe.lever('faults', { api: { ...fault, ...what, times, seconds: 0.05 } });
    return true;
  },
});

const read = ['checkout/sessions', 'payment_intents', 'invoices', 'subscriptions', 'refunds', 'disputes', 'payouts'];

/** What Stripe answers has changed by the time it comes: somebody else reads the same meanwhile, and an event tells of it. */
export const lateAnswer = defineCommand({
  name: 'late-answer',
  weight: 5,
  input: fc.record({ of: fc.constantFrom(...read), times: fc.integer({ min: 1, max: 3 }) }),
  async run({ slot }, { of, times }) {
    await slot.stripe.lever('faults', { api: { fault: 'late', method: 'GET', path: `/v1/${of}/*`, times, seconds: 0.25 } });
    return true;
  },
});

const webhookKinds = [
  ...(['hold', 'drop', 'lose', 'duplicate', 'delay', 'early'] as const),
  ...(['reverse', 'reorder', 'burst'] as const),
  ...(['bad-signature', 'stale', 'acacia', 'livemode', 'thin'] as const),
];

/** Stripe's webhooks come late, never, twice, in another order, badly signed, in old or other shapes, or before its answer. */
export const webhookFault = defineCommand({
  name: 'webhook-fault',
  weight: 10,
  input: fc.record({ mode: fc.constantFrom(...webhookKinds), times: fc.integer({ min: 1, max: 12 }) }),
  async run({ slot }, { mode, times }) {
    await slot.stripe.lever('faults', { webhooks: { mode, times, seconds: mode === 'early' ? 0.2 : 30 } });
    return true;
  },
});

/** The mail server takes nothing, or its answer gets lost. */
export const mailFault = defineCommand({
  name: 'mail-fault',
  weight: 3,
  input: fc.record({ mode: fc.constantFrom('refuse', 'drop-after-data'), times: fc.integer({ min: 1, max: 3 }) }),
  async run(stage, { mode, times }) {
    await collectMailFired(stage);
    await stage.slot.mailFault({ mode, times });
    stage.notes.mailOrder = { mode, times };
    if (mode === 'drop-after-data') stage.notes.lostAcknowledgements += times;
    return true;
  },
});

/** Writing into a table fails once or twice, at once or when it is committed. */
export const failingStatement = defineCommand({
  name: 'failing-statement',
  weight: 4,
  input: fc.record({
    table: fc.constantFrom(...fuses),
    when: fc.constantFrom<'statement' | 'commit'>('statement', 'commit'),
    times: fc.integer({ min: 1, max: 2 }),
  }),
  async run({ slot }, { table, when, times }) {
    await slot.database.burn(table, times, when);
    return true;
  },
});

/** Postgres drops one connection, one that works if there is any. */
export const cutConnection = defineCommand({
  name: 'cut-connection',
  weight: 4,
  input: fc.record({}),
  async run({ slot, fired }) {
    fired('database connection cut', await slot.database.cutConnections());
    return true;
  },
});

/** A worker dies in the middle of what it does. */
export const killWorker = defineCommand({
  name: 'kill-worker',
  weight: 3,
  input: fc.record({ which: fc.nat(1) }),
  async run({ slot, fired }, { which }) {
    const killed = await slot.killWorker(which);
    if (killed) fired('worker killed');
    return killed;
  },
});

/** Another one is started. */
export const reviveWorker = defineCommand({
  name: 'revive-worker',
  weight: 2,
  input: fc.record({}),
  async run({ slot }) {
    const alive = slot.workers().length;
    await slot.reviveWorkers();
    return alive < slot.workers().length;
  },
});
