import type { GivingRules } from '../donations/giving-input.ts';
import type { Services } from '../services.ts';
import type { Locale } from '../text.ts';

/** The bounds of what readers may ask for here. */
export function givingRules({ config }: Pick<Services, 'config'>, locale: Locale): GivingRules {
  return { newsroom: config.newsroom, siteOrigins: config.siteOrigins, locale };
}
