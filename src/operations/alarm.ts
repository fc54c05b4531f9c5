import type { Selectable } from 'kysely';
import type { DB } from '../db/tables.ts';
import type { Services } from '../services.ts';

/** What a person is told of; src/texts/…/operations.json says each in words. */
export const alarmKinds = [
  'differences',
  'dead-events',
  'unknown-values',
  'silence',
  'endpoint',
  'late-sweeps',
  'given-up-jobs',
  'mail',
] as const;
export type AlarmKind = (typeof alarmKinds)[number];

/** One thing that stands. `subject` tells it from others of its kind; `detail` is counts and ids, and of differences the words and sums that reconcile says; nothing personal. */
export type Alarm = {
  readonly kind: AlarmKind;
  readonly subject: string;
  readonly detail: string;
  /** When it last grew, where that is known: what has grown since a mail told of it is told again, and not only in the digest. */
  readonly grewAt?: Date;
};

/** An alarm as it is kept: since when, and when a mail last told of it. */
export type KeptAlarm = Selectable<DB['alarms']>;

/** Looks after alarms of some kinds: answers those that stand now, changes nothing. */
export type Watch = { readonly kinds: readonly AlarmKind[]; find(services: Services): Promise<Alarm[]> };

const mostNamed = 5;

/** `3: txn_1, txn_2, txn_3` */
export function countAndName(ids: readonly string[], count: number = ids.length): string {
  return `${count}: ${ids.slice(0, mostNamed).join(', ')}${count > mostNamed ? ' …' : ''}`;
}

/** `2: txn_1 fee: ours 0.01 EUR, Stripe's 0.02 EUR · txn_2 …`, each id with what is the matter with it. */
export function countAndSay(ids: readonly string[], details: readonly string[], count: number): string {
  const named = ids.slice(0, mostNamed).map((id, index) => `${id} ${details[index]}`);
  return `${count}: ${named.join(' · ')}${count > mostNamed ? ' …' : ''}`;
}
