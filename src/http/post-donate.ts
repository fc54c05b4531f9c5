import { z } from 'zod';
import { createDonation } from '../donations/create-donation.ts';
import type { GivingInput } from '../donations/giving-input.ts';
import type { StartedGift } from '../donations/started-gift.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import type { Services } from '../services.ts';
import { startSubscription } from '../subscriptions/start-subscription.ts';
import { type Locale, speak } from '../text.ts';
import { admitGift } from './admit-gift.ts';
import { type DonateForm, type Fields, readDonateForm, toDonateForm, toFields } from './donate-form.ts';
import { openGivingRules } from './giving-rules.ts';
import { donatePage } from './pages/donate-page.ts';
import { headersOfError, problems } from './problem.ts';
import { type Answer, defineRoute } from './route.ts';
import { startRefusals } from './started-json.ts';
import { limitsOf } from './stores/limits.ts';

const formBody = z.looseObject({
  attempt: z.string().optional(),
  interval: z.enum(['once', 'month', 'year']).optional(),
  currency: z.string().optional(),
  own_amount: z.string().optional().describe('As typed, such as 12,50.'),
});

/** What a reader can do something about by trying again; the form comes back with it, everything else is the error page's. */
const troubles: Partial<Record<ErrorCode, string>> = {
  'stripe-unavailable': 'trouble_away',
  'stripe-refused': 'trouble_away',
  'database-unavailable': 'trouble_away',
  'request-in-progress': 'trouble_busy',
  'too-many-requests': 'trouble_many',
  'proof-needed': 'trouble_proof',
};

/**
 * The form was sent: leads on to Stripe's page. What is wrong is said beside its field, and nothing that was entered is lost. The
 * form's attempt is its idempotency key: sent twice, it is one gift.
 */
export const postDonate = defineRoute<Fields>({
  name: 'POST /donate',
  summary: 'The form is sent',
  takes: formBody,
  output: {
    303: { description: 'To Stripe’s page, or to the thanks of an attempt that was paid.', location: true },
    400: { description: 'The form again, with what is wrong beside its field.', html: true },
  },
  refuses: startRefusals,
  read: toFields,
  async handle({ services, input, locale, source }) {
    const rules = await openGivingRules(services, locale);
    const form = toDonateForm(rules, input, services.newId('att'));
    const read = readDonateForm(rules, form);
    if ('errors' in read) {
      return { status: 400, html: donatePage({ services, locale, form, errors: read.errors }) };
    }
    try {
      await limitsOf(services).use('gifts', source);
      const { gift } = read;
      const arrival = { interval: gift.interval, source, proof: input.proof, mayWait: true };
      const { checkoutUrl } = await admitGift(services, arrival, (id) => begin(services, gift, id));
      return { status: 303, location: checkoutUrl };
    } catch (error) {
      return answerTrouble(services, locale, form, error);
    }
  },
});

async function begin(services: Services, gift: GivingInput, id: string): Promise<StartedGift> {
  const { interval } = gift;
  return interval === 'once'
    ? createDonation(services, { ...gift, interval }, id)
    : startSubscription(services, { ...gift, interval }, id);
}

function answerTrouble(services: Services, locale: Locale, form: DonateForm, error: unknown): Answer {
  if (error instanceof AppError && error.code === 'attempt-already-paid' && error.extension?.id) {
    return { status: 303, location: `/thanks/${error.extension.id}` };
  }
  const key = error instanceof AppError ? troubles[error.code] : undefined;
  if (!(error instanceof AppError) || !key) {
    throw error;
  }
  const notices = [{ text: speak(locale, 'giving')(key), problem: true }];
  const proof = error.code === 'proof-needed' ? error.extension?.proof : undefined;
  return {
    status: problems[error.code].status,
    html: donatePage({ services, locale, form: { ...form, proof }, notices }),
    headers: headersOfError(error),
  };
}
