import type { Stage } from './command.ts';

/** Notes that a fault was ordered for so many times. */
export function order({ notes }: Stage, kind: string, times: number): void {
  notes.ordered.set(kind, (notes.ordered.get(kind) ?? 0) + times);
}

/** Counts the faults that were met since they were ordered, and forgets what was ordered; whoever calls it clears them next. */
export async function collectFired(stage: Stage): Promise<void> {
  const { slot, notes, fired } = stage;
  const [{ faults }, mail, failures] = await Promise.all([slot.stripe.state(), slot.mailFault(), slot.database.mendFuses()]);
  const left = new Map<string, number>();
  const note = (kind: string, times: number) => left.set(kind, (left.get(kind) ?? 0) + times);
  for (const { kind, times } of faults.api) note(`api ${kind}`, times);
  for (const { mode, times } of faults.webhooks) note(`webhook ${mode}`, times ?? 0);
  if (mail.mode) note(`mail ${mail.mode}`, mail.times);
  for (const [kind, times] of notes.ordered) {
    const met = times - (left.get(kind) ?? 0);
    if (met > 0) fired(kind, met);
  }
  notes.ordered.clear();
  if (failures > 0) fired('database write failed', failures);
}
