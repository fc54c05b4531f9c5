import { randomInt } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random base62 text of that length. */
export function randomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** An identifier as Stripe writes them: the prefix, an underscore and 24 base62 characters. */
export function newId(prefix: string): string {
  return `${prefix}_${randomText(24)}`;
}
