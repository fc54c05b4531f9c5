import type { Stage } from './command.ts';

/**
 * Counts the faults that were met until now: of the simulator by its own count, of the mail server by what is left of what was ordered,
 * of the database by its fuses. Whoever calls it clears them next.
 */
export async function collectFired({ slot, notes, fired }: Stage): Promise<void> {
  const [state, failures] = await Promise.all([
    slot.stripe.state(),
    slot.database.mendFuses(),
    collectMailFired({ slot, notes, fired }),
  ]);
  for (const [kind, times] of Object.entries(state.fired)) {
    const fresh = times - (notes.counted.get(kind) ?? 0);
    notes.counted.set(kind, times);
    if (fresh > 0) fired(kind, fresh);
  }
  if (failures > 0) fired('database write failed', failures);
}

/** What is left of the order in force was not met. */
export async function collectMailFired({ slot, notes, fired }: Pick<Stage, 'slot' | 'notes' | 'fired'>): Promise<void> {
  const { mailOrder } = notes;
  if (!mailOrder) return;
  notes.mailOrder = undefined;
  const left = await slot.mailFault();
  const met = mailOrder.times - (left.mode === mailOrder.mode ? left.times : 0);
  if (met > 0) fired(`mail ${mailOrder.mode}`, met);
}
