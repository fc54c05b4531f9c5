import type { Stage } from './commands/command.ts';
import { collectFired } from './commands/order.ts';
import { comparePromises } from './compare/promises.ts';
import { advance, bringForward, calm } from './stage/calm.ts';

const day = 86_400;

/** Ends every fault, sends what was held back, lets four days pass and compares the books with Stripe once: then all must be well. */
export async function heal(stage: Stage): Promise<void> {
  const { slot } = stage;
  await collectFired(stage);
  await Promise.all([slot.mailFault({ clear: true }), slot.stripe.lever('faults', { clear: true }), slot.reviveWorkers()]);
  await bringForward(slot, day);
  await calm(slot);
  for (const seconds of [2 * 3600, day, day, 2 * day]) {
    await advance(slot, seconds);
    await calm(slot);
  }
  stage.notes.wrongs.push(...(await comparePromises(stage)));
  stage.notes.reported = await slot.workers()[0]!.reconcile();
  await bringForward(slot, day);
  await calm(slot);
}
