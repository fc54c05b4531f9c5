import { findDonation } from '../donations/find-donation.ts';
import { requestReading } from '../donations/request-reading.ts';
import { AppError } from '../errors.ts';
import { findSubscription } from '../subscriptions/find-subscription.ts';
import { donationThanks } from './pages/donation-thanks.ts';
import { subscriptionThanks } from './pages/subscription-thanks.ts';
import { thanksPage } from './pages/thanks-page.ts';
import { defineRoute } from './route.ts';
import { allowOnce } from './stores/limits.ts';

const readEverySeconds = 5;

/**
 * Where Stripe's page leads back to. Says what is known of the gift and nothing more; while it is not final, Stripe is asked how it
 * stands, at most every five seconds whoever looks, so that a late event keeps nobody waiting.
 */
export const getThanks = defineRoute({
  name: 'GET /thanks/{id}',
  summary: 'The thank-you page',
  output: { 200: { description: 'How the gift stands.', html: true } },
  refuses: ['donation-not-found'],
  async handle({ services, params, locale }) {
    const id = params.id!;
    const about = { services, locale };
    const donation = id.startsWith('don_') ? await findDonation(services.db, id) : undefined;
    const subscription = id.startsWith('rec_') ? await findSubscription(services.db, id) : undefined;
    const thanks = donation ? donationThanks(about, donation) : subscription && subscriptionThanks(about, subscription);
    if (!thanks) {
      throw new AppError('donation-not-found', 'There is no donation of this id.');
    }
    if (!thanks.final && (await allowOnce(services, `thanks:${id}`, readEverySeconds))) {
      await requestReading(services, id);
    }
    return { status: 200, html: thanksPage(about, thanks) };
  },
});
