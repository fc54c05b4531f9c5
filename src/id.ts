import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';

/** The kinds of thing we name ourselves; payouts, disputes, events and balance transactions keep Stripe's ids. */
export type IdPrefix = 'don' | 'rec' | 'dnr' | 'rfd' | 'rcp' | 'exp' | 'jrn' | 'mail' | 'sgn' | 'key' | 'req' | 'att';

export type NewId = (prefix: IdPrefix) => string;

/** `don_` and 32 hex digits of a UUID v7: sorts by time, cannot be guessed. */
export const newId: NewId = (prefix) => `${prefix}_${v7().replaceAll('-', '')}`;

/** A secret of `bytes` random bytes, in base64url. */
export function newSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}
