import { randomFillSync } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const pool = Buffer.alloc(8192); // asking for a few bytes at a time costs more than all else about an object
let used = pool.length;

/** Random base62 text of that length. */
export function randomText(length: number): string {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += length;
  return Array.from(pool.subarray(used - length, used), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** An identifier as Stripe writes them: the prefix, an underscore and 24 base62 characters. */
export function newId(prefix: string): string {
  return `${prefix}_${randomText(24)}`;
}
