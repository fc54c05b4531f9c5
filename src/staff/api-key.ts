import { createHash } from 'node:crypto';

/** What a key opens: `admin` includes `finance`. */
export type StaffRole = 'finance' | 'admin';

const wellFormed = /^gratis_[\w-]{43}$/;

/** Whether a text can be one of our keys at all. */
export function looksLikeApiKey(text: string): boolean {
  return wellFormed.test(text);
}

/** What is kept of a key: 256 random bits need no slow hash. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
