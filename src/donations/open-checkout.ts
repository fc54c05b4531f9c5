import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { askForPage } from './ask-for-page.ts';
import { giftIdOf, type OpenedCheckout } from './checkout.ts';
import { alreadyPaid, claimCheckout, type GiftToOpen } from './claim-checkout.ts';
import { closeCheckout } from './close-checkout.ts';

const turns = 25;
const pauseMs = 200;

/**
 * The page on which a gift can be paid. One attempt is paid once: the same wish in it gets the same page, another wish closes the
 * older page at Stripe first. A try that ended anywhere in between is continued under its key with what was written down.
 * Throws `attempt-already-paid`, `request-in-progress` (another request is at it), `stripe-unavailable` or `stripe-refused`.
 */
export async function openCheckout(services: Services, gift: GiftToOpen): Promise<OpenedCheckout> {
  for (let turn = 0; turn < turns; turn++) {
    const claim = await claimCheckout(services, gift);
    if (claim.next === 'answer') {
      return claim.checkout;
    }
    if (claim.next === 'ask') {
      const opened = await askForPage(services, claim.checkout).catch((error: unknown) => passOn(error, claim.fresh));
      if (opened) {
        return opened;
      }
    }
    if (claim.next === 'close' && (await closeCheckout(services, claim.checkout)) !== 'expired') {
      throw alreadyPaid(giftIdOf(claim.checkout));
    }
    if (claim.next === 'wait') {
      await pause(pauseMs);
    }
  }
  throw new AppError('request-in-progress', 'This gift is being prepared by another request.', { retryAfterSeconds: 2 });
}

/** A continued ask that Stripe refuses has become too old for it, and its gift was given up: the next turn makes a new one. */
function passOn(error: unknown, fresh: boolean): undefined {
  if (!fresh && error instanceof AppError && error.code === 'stripe-refused') {
    return undefined;
  }
  throw error;
}
