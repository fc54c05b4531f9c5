import express, { type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import { systemClock } from '../src/clock.ts';
import { AppError } from '../src/errors.ts';
import type { WebhookOutcome } from '../src/metrics.ts';
import type { Services } from '../src/services.ts';
import { apiVersion } from '../src/stripe/client.ts';
import { createInbox } from './inbox.ts';
import { toInboxEvent } from './to-inbox-event.ts';
import { verifyEvent } from './verify.ts';

/** Larger than any event of Stripe's. */
const mostBytes = 512 * 1024;

/**
 * What Stripe's webhooks are answered by: 400 unless one of our secrets has signed the body, 2xx once it is stored (also when it was
 * before), 503 only where it could not be. `onStored` is called when there is something to work on.
 */
export function createWebhookEndpoint(services: Services, { onStored }: { onStored(): void }): RequestHandler[] {
  const inbox = createInbox(services);
  const readBytes = express.raw({ type: () => true, limit: mostBytes, inflate: false });
  const receive: RequestHandler = async (request, response) => {
    const { webhookSecrets: secrets, livemode } = services.config.stripe;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signature = request.get('stripe-signature');
    const event = toInboxEvent(verifyEvent({ body, signature, secrets, now: systemClock.now() }), body, livemode);
    const isNew = await inbox.store(event);
    if (isNew && event.apiVersion !== apiVersion) {
      services.log.warn('an event of another API version: run setup', { eventId: event.id, type: event.type });
    }
    response.locals.webhook = (isNew ? (event.state === 'pending' ? 'stored' : 'ignored') : 'duplicate') satisfies WebhookOutcome;
    response.json({ received: event.id });
    if (isNew && event.state === 'pending') {
      onStored();
    }
  };
  return [measure(services), readBytes, refuseBody as unknown as RequestHandler, receive];
}

/** Counts every answer, refusals and failures too. */
function measure({ metrics }: Services): RequestHandler {
  return (_request, response, next) => {
    const started = performance.now();
    response.once('finish', () => metrics.webhookAnswered(outcomeOf(response), (performance.now() - started) / 1000));
    next();
  };
}

function outcomeOf({ locals, statusCode }: Response): WebhookOutcome {
  return (locals.webhook as WebhookOutcome | undefined) ?? (statusCode >= 500 ? 'failed' : 'refused');
}

/** What the parser has against a body, in our words. */
const refuseBody: ErrorRequestHandler = (error: { status?: number }, _request, _response, next) => {
  const isTooLarge = error.status === 413;
  next(
    isTooLarge
      ? new AppError('body-too-large', `An event has at most ${mostBytes / 1024} kB.`)
      : new AppError('body-not-readable', 'The body could not be read as it was sent.'),
  );
};
