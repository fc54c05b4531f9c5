import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/**
 * A proof of work in the manner of ALTCHA: a number below `most` was drawn, and only by trying can it be found again, SHA-256 by
 * SHA-256. The challenge says itself for whom and until when it is, signed; nothing is kept here.
 */
export type ProofRules = {
  readonly secret: string;
  /** Whom the challenge is for; nobody else can redeem it. */
  readonly source: string;
  /** Wall time, Unix milliseconds. */
  readonly now: number;
};

/** How a challenge came back. `worked`: with its number; without, after ten seconds, `waited`, else `early`. `id` is for using it up. */
export type Redeemed = { readonly how: 'worked' | 'waited' | 'early'; readonly id: string };

const lifetimeSeconds = 300;
const waitSeconds = 10;
const wellFormed = /^([\w-]{16})\.([\da-f]{64})\.(\d{1,9})\.(\d{1,12})\.([\w-]{32})(?:~(\d{1,9}))?$/;

/** For how long a challenge can be redeemed, in seconds. */
export const proofLifetimeSeconds = lifetimeSeconds;

/** A challenge: `salt.hash.most.until.mac`. Its number is appended as `~number`; half of `most` hashes find it on average. */
export function drawChallenge(rules: ProofRules, most: number): string {
  const salt = randomBytes(12).toString('base64url');
  const hash = sha256(salt + randomInt(most));
  const until = Math.floor(rules.now / 1000) + lifetimeSeconds;
  const said = `${salt}.${hash}.${most}.${until}`;
  return `${said}.${macOf(rules, said)}`;
}

/** What a challenge that came back is worth; undefined for one of somebody else, too old, or with a wrong number. */
export function redeemProof(rules: ProofRules, proof: string): Redeemed | undefined {
  const [, salt = '', hash, most, until, mac = '', number] = wellFormed.exec(proof) ?? [];
  const expected = macOf(rules, `${salt}.${hash}.${most}.${until}`);
  if (!timingSafeEqual(Buffer.from(mac.padEnd(32)), Buffer.from(expected))) {
    return undefined;
  }
  const secondsLeft = Number(until) - rules.now / 1000;
  if (secondsLeft <= 0) {
    return undefined;
  }
  if (number === undefined) {
    return { how: lifetimeSeconds - secondsLeft >= waitSeconds ? 'waited' : 'early', id: mac };
  }
  return sha256(salt + number) === hash ? { how: 'worked', id: mac } : undefined;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function macOf({ secret, source }: ProofRules, said: string): string {
  return createHmac('sha256', secret).update(`proof\0${source}\0${said}`).digest('base64url').slice(0, 32);
}
