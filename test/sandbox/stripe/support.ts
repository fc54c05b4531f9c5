import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { startStripeSimulator } from '../../../src/sandbox/stripe/simulator.ts';
import { holdToOfficialShapes } from '../../support/official-shapes.ts';

type Received = { body: string; signature: string };
type Started = Awaited<ReturnType<typeof startStripeSimulator>>;

/** A simulator of its own for one test file, with the official client and what scripts use. */
export async function startSandbox(options: Parameters<typeof startStripeSimulator>[0] = {}) {
  const simulator = await startStripeSimulator({ captureDelaySeconds: 1, onExchange: holdToOfficialShapes, ...options });
  return { simulator, ...toolsFor(simulator) };
}

/** The official client and the simulator's own levers, for a simulator that runs. */
export function toolsFor(simulator: Started) {
  const stripe = new Stripe(simulator.secretKey, {
    host: '127.0.0.1',
    port: simulator.port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const control = async (path: string, body?: object) => {
    const response = await fetch(`${simulator.url}/_sim/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json' },
      body: body ? JSON.stringify(body) : undefined,
    });
    // biome-ignore lint/suspicious/noExplicitAny: the levers answer many shapes, and each test knows its own
    return (await response.json()) as any;
  };
  const pay = async (session: string, payment_method: string, more: object = {}) => {
    const response = await fetch(`${simulator.url}/v1/payment_pages/${session}/confirm`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ payment_method, ...more }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: a session, or an error
    return { status: response.status, body: (await response.json()) as any };
  };
  return { stripe, control, pay, advance: (seconds: number) => control('clock/advance', { seconds }) };
}

/** A one-time Checkout Session as the service makes them. */
export function oneTime(
  amount: number,
  currency = 'usd',
  more: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    submit_type: 'donate',
    success_url: 'http://127.0.0.1:1/thanks?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://127.0.0.1:1/article',
    client_reference_id: 'don_1',
    metadata: { donation: 'don_1' },
    payment_intent_data: { metadata: { donation: 'don_1' } },
    line_items: [{ quantity: 1, price_data: { currency, unit_amount: amount, product_data: { name: 'Donation' } } }],
    ...more,
  };
}

/** A monthly Checkout Session. */
export function monthly(
  amount: number,
  more: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'subscription',
    success_url: 'http://127.0.0.1:1/thanks',
    metadata: { subscription: 'rec_1' },
    subscription_data: { metadata: { subscription: 'rec_1' } },
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: 'usd',
          unit_amount: amount,
          product_data: { name: 'Donation' },
          recurring: { interval: 'month' },
        },
      },
    ],
    ...more,
  };
}

/** Somebody who receives webhooks, and answers what they are told to. */
export async function startReceiver() {
  const received: Received[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ body: Buffer.concat(chunks).toString(), signature: String(request.headers['stripe-signature']) });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answers,
    events: () => received.map(({ body }) => JSON.parse(body) as Stripe.Event),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
