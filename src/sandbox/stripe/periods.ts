type Recurrence = { interval: string; interval_count: number };

/** The end of the billing period that begins at `start`: the next repetition of `anchor`, a month's missing days cut off at its end. Seconds. */
export function periodEnd(anchor: number, start: number, recurrence: Recurrence): number {
  let count = 1;
  while (repetition(anchor, count, recurrence) <= start) {
    count += 1;
  }
  return repetition(anchor, count, recurrence);
}

function repetition(anchor: number, count: number, { interval, interval_count }: Recurrence): number {
  const steps = count * interval_count;
  const date = new Date(anchor * 1000);
  if (interval === 'day' || interval === 'week') {
    return anchor + steps * (interval === 'day' ? 1 : 7) * 86_400;
  }
  const months = interval === 'year' ? steps * 12 : steps;
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate();
  const moved = new Date(date);
  moved.setUTCMonth(date.getUTCMonth() + months, Math.min(date.getUTCDate(), lastDay));
  return Math.floor(moved.getTime() / 1000);
}
