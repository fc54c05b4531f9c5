// The least that takes a webhook: the bytes are read, Stripe's own code checks the signature, and nothing is kept. Fair, because no
// service can answer Stripe for less; all that storing costs shows in the ratio to it.
import express from 'express';
import Stripe from 'stripe';

const secret = process.env.STRIPE_WEBHOOK_SECRET!;
const app = express();
app.post('/webhooks/stripe', express.raw({ type: () => true }), (request, response) => {
  const event = Stripe.webhooks.constructEvent(request.body, request.get('stripe-signature')!, secret);
  response.json({ received: event.id });
});
export const server = app.listen(0, '127.0.0.1');
