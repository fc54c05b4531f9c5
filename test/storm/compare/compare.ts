import type { Scene } from '../commands/command.ts';
import { compareBalance } from './balance.ts';
import { type Both, lookAtBoth } from './both.ts';
import { compareDisputes } from './disputes.ts';
import { compareErased } from './erased.ts';
import { compareExports } from './exports.ts';
import { compareGifts } from './gifts.ts';
import { compareInbox } from './inbox.ts';
import { compareLetters } from './letters.ts';
import { comparePayouts } from './payouts.ts';
import { compareReceipts } from './receipts.ts';
import { compareRefunds } from './refunds.ts';
import { compareStatuses } from './statuses.ts';
import { compareWords } from './words.ts';

const comparisons: ((both: Both) => string[] | Promise<string[]>)[] = [
  ({ stage }) => stage.notes.wrongs,
  ({ stripe }) => stripe.problems.map((problem) => `the simulator itself failed: ${problem}`),
  compareGifts,
  compareWords,
  compareRefunds,
  compareDisputes,
  comparePayouts,
  compareBalance,
  compareLetters,
  compareReceipts,
  compareInbox,
  compareExports,
  compareStatuses,
  compareErased,
];

/** Everything in which the books and Stripe differ, both ways, a line each; and what must never be, on either side. */
export async function compare(stage: Scene): Promise<string[]> {
  const both = await lookAtBoth(stage);
  const found = await Promise.all(comparisons.map((one) => one(both)));
  return found.flat();
}
