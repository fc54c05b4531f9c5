import { z } from 'zod';
import { fromUnix } from '../src/clock.ts';
import { AppError } from '../src/errors.ts';
import { countedTypes } from './counted-types.ts';
import { handlerOfType } from './dispatch.ts';
import { idOf } from './handler.ts';

/** What is stored of an event: where it belongs, and its bytes. */
export type InboxEvent = {
  readonly id: string;
  readonly type: string;
  readonly subject: string | null;
  readonly customerId: string | null;
  readonly state: 'pending' | 'ignored';
  readonly reason: string | null;
  readonly livemode: boolean;
  readonly apiVersion: string | null;
  readonly createdAt: Date;
  readonly body: Buffer;
  /** How we heard of it; by webhook unless said. */
  readonly source?: 'webhook' | 'sweep';
};

const envelope = z.looseObject({
  object: z.literal('event'),
  id: z.string().regex(/^evt_\w{1,255}$/),
  type: z.string().min(1).max(255),
  created: z.number().int().nonnegative(),
  livemode: z.boolean(),
  api_version: z.string().nullish(),
  account: z.string().nullish(),
  data: z.looseObject({ object: z.looseObject({}) }),
});

/** Sorts a signed event: what it is about, or why it is only kept. Throws body-not-readable for signed JSON that is no event. */
export function toInboxEvent(json: unknown, body: Buffer, livemode: boolean): InboxEvent {
  const parsed = envelope.safeParse(json);
  if (!parsed.success) {
    throw new AppError('body-not-readable', 'The body is signed, but it is no snapshot event of Stripe’s.');
  }
  const event = parsed.data;
  const subject = handlerOfType(event.type)?.subject(event.data.object) ?? null;
  const reason = reasonToIgnore(event, subject, livemode);
  return {
    id: event.id,
    type: event.type,
    subject,
    customerId: idOf(event.data.object.customer),
    state: reason ? 'ignored' : 'pending',
    reason,
    livemode: event.livemode,
    apiVersion: event.api_version ?? null,
    createdAt: fromUnix(event.created),
    body,
  };
}

function reasonToIgnore(event: z.infer<typeof envelope>, subject: string | null, livemode: boolean): string | null {
  if (event.livemode !== livemode) {
    return 'it is of the other mode';
  }
  if (event.account) {
    return 'it is of another account';
  }
  if (countedTypes.includes(event.type)) {
    return 'it is counted, not read';
  }
  if (!handlerOfType(event.type)) {
    return 'nobody listens to its type';
  }
  return subject ? null : 'it names no object that is read';
}
