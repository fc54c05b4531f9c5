import { countedTypes } from './counted-types.ts';
import { handlers } from './dispatch.ts';

/** The events that the webhook endpoint at Stripe is to be sent; README.md says why for each. */
export const eventTypes: string[] = [...countedTypes, ...handlers.flatMap(({ types }) => types)].sort();
