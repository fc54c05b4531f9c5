import type { GivingRules } from '../donations/giving-input.ts';
import { AppError } from '../errors.ts';
import { switchesOf } from '../operations/switches.ts';
import type { Services } from '../services.ts';
import type { Locale } from '../text.ts';
import type { OpenRules } from './donate-form.ts';

/** The bounds of what readers may ask for here. */
export function givingRules({ config }: Pick<Services, 'config'>, locale: Locale): GivingRules {
  return { newsroom: config.newsroom, siteOrigins: config.siteOrigins, locale };
}

/** The same, and how often one may give now. Throws `giving-is-paused` where giving is switched off. */
export async function openGivingRules(services: Services, locale: Locale): Promise<OpenRules> {
  const open = await switchesOf(services).current();
  if (open.length === 0) {
    throw givingIsPaused();
  }
  return { ...givingRules(services, locale), open };
}

/** What is answered while giving, or the interval that is asked for, is switched off. */
export function givingIsPaused(): AppError {
  return new AppError('giving-is-paused', 'Giving is paused for the moment. Nothing was charged.', { retryAfterSeconds: 600 });
}
