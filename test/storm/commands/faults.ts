import fc from 'fast-check';
import { fuses } from '../stage/database.ts';
import { defineCommand } from './command.ts';
import { order } from './order.ts';

const apiKinds = ['429', '409', '500', 'cut-before', 'cut-after', '500-after', 'malformed', 'slow'] as const;
const asked = [
  { method: 'POST', path: '/v1/checkout/sessions' },
  { method: 'POST', path: '/v1/checkout/sessions/*' },
  { method: 'GET', path: '/v1/checkout/sessions/*' },
  { method: 'GET', path: '/v1/payment_intents/*' },
  { method: 'GET', path: '/v1/invoices/*' },
  { method: 'GET', path: '/v1/subscriptions/*' },
  { method: 'DELETE', path: '/v1/subscriptions/*' },
  { method: 'GET', path: '/v1/refunds/*' },
  { method: 'POST', path: '/v1/refunds' },
  { method: 'GET', path: '/v1/*' },
  { method: 'POST', path: '/v1/*' },
];

/** Stripe answers wrong, or not at all, a few times. */
export const apiFault = defineCommand({
  name: 'api-fault',
  weight: 7,
  input: fc.record({
    kind: fc.constantFrom(...apiKinds, ...apiKinds.slice(0, -1)),
    what: fc.constantFrom(...asked),
    times: fc.integer({ min: 1, max: 4 }),
  }),
  async run(stage, { kind, what, times: wanted }) {
    const times = kind === 'slow' ? 1 : wanted;
    const fault = /^\d/.test(kind) && !kind.includes('-') ? { status: Number(kind) } : { fault: kind };
    await stage.slot.stripe.lever('faults', { api: { ...fault, ...what, times } });
    order(stage, `api ${/^\d+$/.test(kind) ? 'status' : kind}`, times);
    return true;
  },
});

const webhookKinds = ['hold', 'drop', 'duplicate', 'reverse', 'delay', 'bad-signature', 'stale'] as const;

/** Stripe's webhooks come late, twice, in another order, badly signed, or not yet. */
export const webhookFault = defineCommand({
  name: 'webhook-fault',
  weight: 8,
  input: fc.record({ mode: fc.constantFrom(...webhookKinds), times: fc.integer({ min: 1, max: 12 }) }),
  async run(stage, { mode, times }) {
    await stage.slot.stripe.lever('faults', { webhooks: { mode, times, seconds: 0 } });
    order(stage, `webhook ${mode}`, times);
    return true;
  },
});

/** The mail server takes nothing, or its answer gets lost. */
export const mailFault = defineCommand({
  name: 'mail-fault',
  weight: 3,
  input: fc.record({ mode: fc.constantFrom('refuse', 'drop-after-data'), times: fc.integer({ min: 1, max: 3 }) }),
  async run(stage, { mode, times }) {
    const replaced = await stage.slot.mailFault();
    if (replaced.mode) order(stage, `mail ${replaced.mode}`, -replaced.times);
    await stage.slot.mailFault({ mode, times });
    order(stage, `mail ${mode}`, times);
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
