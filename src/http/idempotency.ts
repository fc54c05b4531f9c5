import type { Request } from 'express';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Policy } from './policies.ts';
import { toProblemReply } from './problem.ts';
import type { Reply } from './reply.ts';
import { claimRequest, type Repeatable } from './stores/idempotency.ts';
import type { Used } from './stores/limits.ts';
import { toAppError } from './to-app-error.ts';

const visibleAscii = /^[\x21-\x7e]{1,255}$/;

/** The key of a write: 1 to 255 visible ASCII characters. Throws an AppError `idempotency-key-missing` where it has to be there or is malformed. */
export function idempotencyKeyOf(policy: Policy, request: Request): string | undefined {
  const key = request.get('Idempotency-Key');
  if (policy.idempotency === 'none' || (key === undefined && policy.idempotency === 'accepted')) {
    return undefined;
  }
  if (key === undefined || !visibleAscii.test(key)) {
    throw new AppError('idempotency-key-missing', 'Idempotency-Key must hold 1 to 255 visible ASCII characters.');
  }
  return key;
}

/** The reply to a request of this key, from whichever time it was asked first; `work` hears what doing it used up. */
export async function replyOnce(
  services: Services,
  about: Repeatable & { requestId: string },
  work: (used: Used | undefined) => Promise<Reply>,
): Promise<Reply> {
  const claim = await claimRequest(services, about);
  if (claim.state === 'done') {
    return { ...claim.reply, headers: { ...claim.reply.headers, 'Idempotent-Replayed': 'true' } };
  }
  const reply = await finalReply(services, about.requestId, () => work(claim.used)).catch(async (error: unknown) => {
    await claim.release().catch(() => undefined); // the lease ends by itself
    throw error;
  });
  // What was done is done: the client hears of it even where its answer could not be kept.
  await claim
    .finish(reply)
    .catch((error: unknown) => services.log.warn('answer not kept', { requestId: about.requestId, error }));
  return reply;
}

/** The reply, or a refusal that asking again would not change; throws any other error. */
async function finalReply({ config }: Services, requestId: string, work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (thrown) {
    const error = toAppError(thrown);
    const refusal = toProblemReply(error, { publicUrl: config.publicUrl, requestId });
    const mayChange = refusal.status >= 500 || [400, 422, 429].includes(refusal.status) || error.retryAfterSeconds !== undefined;
    if (mayChange) {
      throw thrown;
    }
    return refusal;
  }
}
