import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findStripeCli, runTrigger } from '../../support/stripe-cli.ts';
import { startSandbox } from './support.ts';

/** Every trigger that the simulator can answer. */
const works = [
  ...['captured', 'failed', 'refund.updated', 'refunded', 'succeeded'].map((name) => `charge.${name}`),
  ...['closed', 'created', 'updated'].map((name) => `charge.dispute.${name}`),
  ...['async_payment_failed', 'async_payment_succeeded', 'completed', 'expired'].map((name) => `checkout.session.${name}`),
  ...['created', 'deleted', 'updated'].map((name) => `customer.${name}`),
  ...['created', 'deleted', 'paused', 'updated'].map((name) => `customer.subscription.${name}`),
  ...['created', 'deleted'].map((name) => `invoiceitem.${name}`),
  ...['created', 'deleted', 'finalized', 'marked_uncollectible', 'paid', 'updated', 'voided'].map((name) => `invoice.${name}`),
  ...['payment_action_required', 'payment_failed', 'payment_succeeded'].map((name) => `invoice.${name}`),
  ...['amount_capturable_updated', 'canceled', 'created'].map((name) => `payment_intent.${name}`),
  ...['payment_failed', 'processing', 'requires_action', 'succeeded'].map((name) => `payment_intent.${name}`),
  ...['attached', 'detached', 'updated'].map((name) => `payment_method.${name}`),
  ...['payout.created', 'payout.updated', 'price.created', 'price.updated'],
  ...['product.created', 'product.updated', 'product.deleted'],
  ...['canceled', 'created', 'requires_action', 'setup_failed', 'succeeded'].map((name) => `setup_intent.${name}`),
  ...['payment_failed', 'payment_succeeded'].map((name) => `subscription.${name}`),
  ...['billing_portal.configuration.created', 'billing_portal.session.created', 'customer.subscription.trial_will_end'],
];

/** Triggers named for what somebody calls it; Stripe has no event of that name. */
const otherNames: Record<string, string> = {
  'subscription.payment_failed': 'invoice.payment_failed',
  'subscription.payment_succeeded': 'invoice.payment_succeeded',
};

const cli = findStripeCli();
if (!cli) {
  console.warn('The official Stripe CLI does not judge the simulator here: its package is not installed.');
}

describe.skipIf(!cli)("the official Stripe CLI's triggers", () => {
  const home = mkdtempSync(path.join(tmpdir(), 'gratis-stripe-cli-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  /** Runs a trigger against a simulator of its own; what went wrong, or nothing. */
  async function pull(name: string): Promise<string> {
    const { simulator, advance, control } = await startSandbox();
    try {
      const { code, output } = await runTrigger(cli!, home, name, simulator.url);
      await advance(5);
      const { event, problems } = await control('state');
      const types = (event as { type: string }[]).map(({ type }) => type);
      const isTold = types.includes(otherNames[name] ?? name);
      return code === 0 && isTold && problems.length === 0 ? '' : `exit ${code}, ${types} ${problems}\n${output}`;
    } finally {
      await simulator.close();
    }
  }

  test.concurrent.each(works)('%s', async (name) => {
    expect(await pull(name)).toBe('');
  });
});
