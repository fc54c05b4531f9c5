import { donations } from './donations.ts';
import { donors, signups, subscriptions, votes } from './givers.ts';
import type { List } from './list.ts';
import { disputes, payouts, refunds } from './movements.ts';
import { events, journals } from './records.ts';

/** Everything that staff can look through. */
export const lists = {
  donations,
  subscriptions,
  donors,
  refunds,
  disputes,
  payouts,
  events,
  journals,
  votes,
  signups,
} as const satisfies Record<string, List>;
