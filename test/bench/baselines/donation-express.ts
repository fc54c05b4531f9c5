// The least that begins a gift: the wish is read, Stripe's own client asks for the page, nothing is kept. Fair, because every service
// must ask Stripe for the page; all that checking, limiting and writing down costs shows in the ratio to it.
import express from 'express';
import Stripe from 'stripe';

const { hostname, port } = new URL(process.env.STRIPE_API_BASE!);
const stripe = new Stripe(process.env.STRIPE_SECRET_KEY!, { host: hostname, port, protocol: 'http', telemetry: false });
const addresses = { success_url: 'http://127.0.0.1/thanks', cancel_url: 'http://127.0.0.1/donate' };
const app = express().post('/v1/donations', express.json(), async ({ body: { amount, currency } }, response) => {
  const price = { unit_amount: amount, currency, product_data: { name: 'Donation' } };
  const items = [{ price_data: price, quantity: 1 }];
  const session = await stripe.checkout.sessions.create({ mode: 'payment', line_items: items, ...addresses });
  response.status(201).json({ checkout_url: session.url });
});
export const server = app.listen(0, '127.0.0.1');
