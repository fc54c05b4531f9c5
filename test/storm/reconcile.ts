import type { Slot } from './stage/slot.ts';

/** One comparison with Stripe, as the command makes it. */
export async function reconcileOnce(_slot: Slot): Promise<void> {}
