import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { monthly, oneTime, startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startSandbox({ brandName: 'The <Morning> Ledger' });
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.simulator.close());

/** What a browser without JavaScript does with a form. */
const post = (address: string, fields: Record<string, string> = {}) =>
  fetch(address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
const read = async (address: string) => {
  const response = await fetch(address);
  return { status: response.status, text: await response.text(), headers: response.headers };
};
const card = { email: 'reader@example.com', name: 'Ada', number: '4242 4242 4242 4242', expiry: '12 / 40', cvc: '123' };

describe('the payment page', () => {
  test('shows what is paid, to whom, and that no money moves', async () => {
    const session = await stripe.checkout.sessions.create(oneTime(2500, 'eur', { locale: 'de' }));
    const { status, text, headers } = await read(session.url!);
    expect(status).toBe(200);
    expect(text).toMatch(/Donate 25,00\s€/);
    expect(text).toContain('The &lt;Morning&gt; Ledger');
    expect(text).toContain('no real money moves');
    expect(text).toContain('href="http://127.0.0.1:1/article"');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).not.toContain('<script');
  });

  test.each([
    ['jpy', 500, '¥500'],
    ['huf', 150000, 'HUF 1,500.00'],
    ['isk', 150000, 'ISK 1,500'],
    ['kwd', 12340, 'KWD 12.340'],
  ])('counts %s as Stripe does', async (currency, amount, shown) => {
    const session = await stripe.checkout.sessions.create(oneTime(amount, currency, { locale: 'en' }));
    const { text } = await read(session.url!);
    expect(text.replaceAll('\u00a0', ' ')).toContain(`Donate ${shown}`);
  });

  test('takes a typed card, and sends its payer on', async () => {
    const session = await stripe.checkout.sessions.create(oneTime(2500));
    const answer = await post(session.url!, card);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `http://127.0.0.1:1/thanks?session=${session.id}`]);
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent.latest_charge'] });
    expect(done).toMatchObject({
      customer_details: { email: 'reader@example.com', name: 'Ada' },
      payment_intent: { latest_charge: { payment_method_details: { card: { exp_month: 12, exp_year: 2040, last4: '4242' } } } },
    });
  });

  test('submitted twice it pays once, and both times leads on', async () => {
    const session = await stripe.checkout.sessions.create(oneTime(2500));
    const answers = await Promise.all([post(session.url!, card), post(session.url!, card)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const { payment_intent } = await stripe.checkout.sessions.retrieve(session.id);
    expect((await stripe.charges.list({ payment_intent: payment_intent as string })).data).toHaveLength(1);
    const again = await read(`${sandbox.simulator.url}/c/pay/${session.id}`);
    expect(again.text).toContain('Already paid');
  });

  test('says what is wrong beside the field, and never shows the card again', async () => {
    const session = await stripe.checkout.sessions.create(oneTime(2500));
    const answer = await post(session.url!, { ...card, email: 'nobody', expiry: '01/20', cvc: '1', number: '4242' });
    const text = await answer.text();
    expect(answer.status).toBe(422);
    for (const name of ['email', 'number', 'expiry', 'cvc']) {
      expect(text).toContain(`id="${name}-error"`);
    }
    expect(text).toContain('value="nobody"');
    expect(text).not.toContain('value="4242');
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_intent).toBeNull();
  });

  test('a declined card leaves it open, and says why; the next one pays', async () => {
    const session = await stripe.checkout.sessions.create(oneTime(2500));
    const declined = await post(session.url!, { ...card, number: '4000000000009995' });
    expect([declined.status, await declined.text()]).toEqual([402, expect.stringContaining('Your card has insufficient funds.')]);
    expect((await read(session.url!)).text).toContain('Your card has insufficient funds.');
    expect((await post(session.url!, { payment_method: 'pm_card_visa' })).status).toBe(303);
  });

  test('a number that is no card is refused without a payment', async () => {
    const session = await stripe.checkout.sessions.create(oneTime(2500));
    const answer = await post(session.url!, { ...card, number: '4242424242424241' });
    expect([answer.status, await answer.text()]).toEqual([402, expect.stringContaining('Your card number is incorrect.')]);
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_intent).toBeNull();
  });

  test('keeps an e-mail that was given before', async () => {
    const session = await stripe.checkout.sessions.create(oneTime(2500, 'usd', { customer_email: 'fixed@example.com' }));
    expect((await read(session.url!)).text).toMatch(/value="fixed@example.com" readonly/);
    await post(session.url!, { ...card, email: 'other@example.com' });
    expect((await stripe.checkout.sessions.retrieve(session.id)).customer_details?.email).toBe('fixed@example.com');
  });

  test('asks for the terms where they must be agreed to', async () => {
    const session = await stripe.checkout.sessions.create(monthly(900, { consent_collection: { terms_of_service: 'required' } }));
    expect((await read(session.url!)).text).toContain('Subscribe $9.00 per month');
    expect((await post(session.url!, card)).status).toBe(422);
    expect((await post(session.url!, { ...card, terms: 'accepted' })).status).toBe(303);
  });

  test('leads to the bank and back', async () => {
    const session = await stripe.checkout.sessions.create(oneTime(2500));
    const asked = await post(session.url!, { payment_method: 'pm_card_authenticationRequired' });
    const bank = `${sandbox.simulator.url}${asked.headers.get('location')}`;
    expect((await read(bank)).text).toContain('Is this payment yours?');
    const refused = await post(`${bank}/fail`);
    const back = await read(`${sandbox.simulator.url}${refused.headers.get('location')}`);
    expect(back.text).toContain('has failed authentication');
    expect((await read(bank)).text).toContain('Nothing to approve');
    await post(session.url!, { payment_method: 'pm_card_authenticationRequired' });
    expect((await post(`${bank}/approve`)).headers.get('location')).toContain(session.id);
  });

  test('is gone once it has expired, or was never there', async () => {
    const session = await stripe.checkout.sessions.create(oneTime(2500));
    await stripe.checkout.sessions.expire(session.id);
    expect(await read(session.url!)).toMatchObject({ status: 410, text: expect.stringContaining('This page has expired') });
    expect((await post(session.url!, card)).status).toBe(410);
    expect((await read(`${sandbox.simulator.url}/c/pay/cs_test_none`)).status).toBe(404);
  });
});

describe('the other pages', () => {
  test('a receipt shows what was paid', async () => {
    const session = await stripe.checkout.sessions.create(oneTime(1234));
    const { body } = await sandbox.pay(session.id, 'pm_card_visa');
    const charge = await stripe.charges.retrieve(body.payment_intent.latest_charge);
    expect((await read(charge.receipt_url!)).text).toContain('$12.34');
  });

  test('an open invoice can be paid by its owner', async () => {
    const session = await stripe.checkout.sessions.create(monthly(1700));
    const { body } = await sandbox.pay(session.id, 'pm_card_visa');
    const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: body.customer });
    await stripe.subscriptions.update(body.subscription, { default_payment_method: failing.id });
    await sandbox.advance(31 * 86_400 + 7_200);
    const [open] = (await stripe.invoices.list({ subscription: body.subscription })).data;
    const address = open!.hosted_invoice_url!;
    expect((await read(address)).text).toContain('Your card was declined.');
    await post(address, { payment_method: 'pm_card_visa' });
    expect((await read(address)).text).toContain('Paid');
    expect((await stripe.subscriptions.retrieve(body.subscription)).status).toBe('active');
  });

  test('on the portal a donor changes the card and ends with the period, by cancel_at', async () => {
    const session = await stripe.checkout.sessions.create(monthly(1700));
    const { body } = await sandbox.pay(session.id, 'pm_card_visa');
    const portal = await stripe.billingPortal.sessions.create({
      customer: body.customer,
      return_url: 'http://127.0.0.1:1/account',
    });
    expect((await read(portal.url)).text).toContain('$17.00 per month');
    await post(`${portal.url}/${body.subscription}/card`, { payment_method: 'pm_card_chargeDeclinedInsufficientFunds' });
    await post(`${portal.url}/${body.subscription}/end`);
    const ending = await stripe.subscriptions.retrieve(body.subscription, { expand: ['default_payment_method'] });
    expect(ending).toMatchObject({
      cancel_at: ending.items.data[0]!.current_period_end,
      cancel_at_period_end: false,
      default_payment_method: { card: { last4: '9995' } },
    });
    await post(`${portal.url}/${body.subscription}/go-on`);
    expect((await stripe.subscriptions.retrieve(body.subscription)).cancel_at).toBeNull();
    expect((await post(`${portal.url}/sub_of_someone_else/end`)).status).toBe(404);
  });
});
