import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.simulator.close());

const customer = async () => (await sandbox.stripe.customers.create({ email: 'reader@example.net' })).id;
const answerBank = (id: string, answer: 'approve' | 'fail') =>
  fetch(`${sandbox.simulator.url}/3ds/${id}/${answer}`, { method: 'POST', redirect: 'manual' });

describe('a setup intent', () => {
  test('keeps a card for its customer, and takes no money', async () => {
    const owner = await customer();
    const made = await sandbox.stripe.setupIntents.create({ customer: owner });
    expect(made).toMatchObject({ status: 'requires_payment_method', usage: 'off_session' });
    const kept = await sandbox.stripe.setupIntents.confirm(made.id, { payment_method: 'pm_card_visa' });
    expect(kept).toMatchObject({ status: 'succeeded', customer: owner });
    const { data } = await sandbox.stripe.paymentMethods.list({ customer: owner });
    expect(data.map(({ id }) => id)).toEqual([kept.payment_method]);
    expect((await sandbox.stripe.charges.list()).data).toEqual([]);
  });

  test('asks the bank where the card wants it; afterwards the card pays without asking', async () => {
    const owner = await customer();
    const made = await sandbox.stripe.setupIntents.create({
      customer: owner,
      confirm: true,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      return_url: 'https://give.example.org/back',
    });
    expect(made).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
    const answered = await answerBank(made.id, 'approve');
    expect(answered.headers.get('location')).toBe(
      `https://give.example.org/back?setup_intent=${made.id}&setup_intent_client_secret=${made.client_secret}&redirect_status=succeeded`,
    );
    const kept = await sandbox.stripe.setupIntents.retrieve(made.id);
    expect(kept.status).toBe('succeeded');
    const paid = await sandbox.stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      customer: owner,
      payment_method: String(kept.payment_method),
      confirm: true,
      off_session: true,
    });
    expect(paid.status).toBe('succeeded');
  });

  test('waits for another card where the bank or its owner refuses', async () => {
    await expect(
      sandbox.stripe.setupIntents.create({ confirm: true, payment_method: 'pm_card_chargeDeclined' }),
    ).rejects.toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      raw: { setup_intent: { status: 'requires_payment_method' } },
    });
    const made = await sandbox.stripe.setupIntents.create({ confirm: true, payment_method: 'pm_card_authenticationRequired' });
    await answerBank(made.id, 'fail');
    expect(await sandbox.stripe.setupIntents.retrieve(made.id)).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      last_setup_error: { code: 'setup_intent_authentication_failure' },
    });
    const gone = await sandbox.stripe.setupIntents.cancel(made.id, { cancellation_reason: 'abandoned' });
    expect(gone).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    await expect(sandbox.stripe.setupIntents.cancel(made.id)).rejects.toMatchObject({ code: 'setup_intent_unexpected_state' });
  });
});
