import type { Request } from 'express';
import { systemClock } from '../clock.ts';
import type { StartedGift } from '../donations/started-gift.ts';
import { AppError } from '../errors.ts';
import type { Interval } from '../newsroom.ts';
import { mostUnpaidGifts } from '../operations/most-unpaid-gifts.ts';
import { switchesOf } from '../operations/switches.ts';
import type { Services } from '../services.ts';
import { givingIsPaused } from './giving-rules.ts';
import { drawChallenge, proofLifetimeSeconds, redeemProof } from './proof.ts';
import { forgetStart, type GivingNow, lookAtGiving, mostDeclined, noteGift, startGift } from './stores/gift-starts.ts';
import { allowOnce, hashSource, limitsOf } from './stores/limits.ts';

/** A gift that wants to begin. `proof` is what came back of a challenge; `mayWait`: from a form, which works without JavaScript. */
export type Arrival = {
  readonly interval: Interval;
  readonly source: string;
  readonly proof: string | undefined;
  readonly mayWait?: boolean;
};

/** What a program's request says of its gift; the proof comes in the header `Gratis-Proof`, as the body says only what is given. */
export function arrivalOf({ interval }: Pick<Arrival, 'interval'>, source: string, request: Request): Arrival {
  return { interval, source, proof: request.get('Gratis-Proof') };
}

/** As many numbers a challenge is drawn from: a quarter of a second in a browser, twice as long for each doubling of unpaid proofs. */
const easyWork = 20_000;
const provedUnpaidPerDoubling = 300;
const mostDoublings = 5;

const slowedSeconds = 600;

/** A look at the brake holds for so long, so that its cost does not grow with the gifts. */
const rememberedMs = { on: 500, off: 1000 };

/** As many processes may begin gifts on a look of each before there are too many together. */
const processes = 4;

/** What was seen, when, and how many gifts of ours it does not know of. */
type Look = { now: GivingNow; at: number; begun: number };

/** What a process knows of the brake; `underWay`: gifts that are just being written down. */
type Brake = { look?: Look; looking?: Promise<Look> | undefined; underWay: number };
const brakes = new WeakMap<Services['db'], Brake>();

/**
 * Lets a gift begin: throws `giving-is-paused` where it is switched off, `too-many-requests` for a source on whose pages many cards
 * were declined, and `proof-needed` with a challenge while the brake is on and nothing speaks for the source. `begin` is told the
 * gift's id, if its attempt has none yet; whatever it throws is thrown, and does not count.
 */
export async function admitGift(
  services: Services,
  arrival: Arrival,
  begin: (giftId: string) => Promise<StartedGift>,
): Promise<StartedGift> {
  const { interval } = arrival;
  if (!(await switchesOf(services).current()).includes(interval)) {
    throw givingIsPaused();
  }
  const giftId = services.newId(interval === 'once' ? 'don' : 'rec');
  const start = await passBrake(services, arrival, giftId);
  try {
    const started = await begin(giftId);
    if (started.id !== giftId) await noteGift(services, start, started.id);
    return started;
  } catch (error) {
    await forgetStart(services, start).catch(() => undefined); // it ages by itself
    throw error;
  }
}

async function passBrake(services: Services, arrival: Arrival, giftId: string): Promise<string> {
  const hash = Buffer.from(await hashSource(services, arrival.source), 'base64url');
  const isProved = await worthOf(services, arrival);
  const brake = brakes.get(services.db) ?? { underWay: 0 };
  brakes.set(services.db, brake);
  const look = await lookAtBrake(services, brake);
  const { isBraked } = look.now;
  look.begun += 1;
  brake.underWay += 1;
  const { start, declined } = await startGift(services, { giftId, hash, isProved, isBraked }).finally(() => {
    brake.underWay -= 1;
  });
  if (start !== undefined) {
    return start;
  }
  if (declined > mostDeclined) {
    throw new AppError('too-many-requests', 'Many cards were declined from this connection; please try again later.', {
      retryAfterSeconds: slowedSeconds,
    });
  }
  throw proofNeeded(services, arrival, look.now);
}

/** What was seen a moment ago; looked at anew where that is too old or too many began since, once for all who wait. */
async function lookAtBrake(services: Services, brake: Brake): Promise<Look> {
  const { look } = brake;
  const isFresh = look && performance.now() - look.at < rememberedMs[look.now.isBraked ? 'on' : 'off'];
  if (isFresh && (look.now.isBraked || processes * look.begun < look.now.left)) {
    return look;
  }
  brake.looking ??= (async () => {
    const begun = brake.underWay; // they may not be seen yet
    const now = await lookAtGiving(services, mostUnpaidGifts(services));
    brake.look = { now, at: performance.now(), begun };
    return brake.look;
  })().finally(() => {
    brake.looking = undefined;
  });
  return brake.looking;
}

/** Whether a challenge came back in a way that lets this gift begin: worked at, or waited for in the form's narrow lane. Once each. */
async function worthOf(services: Services, { proof, source, mayWait }: Arrival): Promise<boolean> {
  const redeemed = proof ? redeemProof(rulesOf(services, source), proof) : undefined;
  if (!redeemed || redeemed.how === 'early' || (redeemed.how === 'waited' && !mayWait)) {
    return false;
  }
  if (!(await allowOnce(services, `proof:${redeemed.id}`, proofLifetimeSeconds))) {
    return false;
  }
  return (
    redeemed.how === 'worked' ||
    limitsOf(services)
      .use('patience', 'everybody')
      .then(() => true, isUsedUp)
  );
}

function isUsedUp(error: unknown): false {
  if (error instanceof AppError && error.code === 'too-many-requests') {
    return false;
  }
  throw error;
}

/** Whoever came back too early keeps the challenge: waiting goes on where it was. */
function proofNeeded(services: Services, { source, proof: given }: Arrival, { provedUnpaid }: GivingNow): AppError {
  const rules = rulesOf(services, source);
  const isEarly = given !== undefined && redeemProof(rules, given)?.how === 'early';
  const doublings = Math.min(mostDoublings, Math.floor(Math.log2(1 + provedUnpaid / provedUnpaidPerDoubling)));
  const proof = isEarly ? given : drawChallenge(rules, easyWork * 2 ** doublings);
  return new AppError('proof-needed', 'Very many gifts are being started just now: this one needs a proof of work.', {
    retryAfterSeconds: slowedSeconds,
    extension: { proof },
  });
}

function rulesOf({ config }: Pick<Services, 'config'>, source: string) {
  return { secret: config.sessionSecret, source, now: systemClock.now().getTime() };
}
