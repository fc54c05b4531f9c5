import type { Task, World } from './world.ts';

/** Writes down that something happens by itself at an instant (in simulated milliseconds). Whoever runs it checks that it still applies. */
export function schedule(world: World, at: number, kind: string, subject: string): void {
  const { agenda } = world;
  let low = 0;
  let high = agenda.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (agenda[middle]!.at <= at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  agenda.splice(low, 0, { at, kind, subject });
  world.onChange();
}

/** The earliest task that is due by then, taken off the agenda; undefined when nothing is. */
export function takeDue(world: World, until: number): Task | undefined {
  const first = world.agenda[0];
  return first && first.at <= until ? world.agenda.shift() : undefined;
}
