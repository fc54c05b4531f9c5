/**
 * Events that are kept to be counted and never read from Stripe: while cards are tested on our pages there are very many of them, and
 * a declined card changes no gift.
 */
export const countedTypes: readonly string[] = ['payment_intent.payment_failed'];
