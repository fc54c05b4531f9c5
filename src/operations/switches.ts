import type { Interval } from '../newsroom.ts';
import type { Services } from '../services.ts';

/** What can be switched off: an interval, or all of giving. */
export const switchNames = ['giving', 'once', 'month', 'year'] as const;
export type SwitchName = (typeof switchNames)[number];

/** Which intervals may be given in; none: giving is off. */
export type Switches = {
  /** As last read, without waiting; reads again in the background. While nothing could be read everything is on. */
  known(): readonly Interval[];
  /** At most two seconds old. */
  current(): Promise<readonly Interval[]>;
};

const intervals: readonly Interval[] = ['once', 'month', 'year'];
const freshMs = 2000;

const known = new WeakMap<Services['db'], Switches>();

/** The switches as one process knows them. */
export function switchesOf({ db }: Pick<Services, 'db'>): Switches {
  const switches = known.get(db) ?? watchSwitches(db);
  known.set(db, switches);
  return switches;
}

/** Flips a switch; this process knows at once, every other within seconds. */
export async function setSwitch(
  { db, clock }: Pick<Services, 'db' | 'clock'>,
  { name, isOn, why }: { name: SwitchName; isOn: boolean; why: string },
): Promise<void> {
  const row = { is_on: isOn, why, changed_at: clock.now() };
  await db
    .insertInto('switches')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
  known.delete(db);
}

function watchSwitches(db: Services['db']): Switches {
  let open = intervals;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const read = async () => {
    try {
      const off = await db.selectFrom('switches').select('name').where('is_on', '=', false).execute();
      const names = off.map(({ name }) => name);
      open = names.includes('giving') ? [] : intervals.filter((interval) => !names.includes(interval));
      readAt = performance.now();
    } finally {
      reading = undefined;
    }
  };
  const refresh = () => {
    reading ??= performance.now() - readAt < freshMs ? undefined : read();
    return reading;
  };
  return {
    known() {
      refresh()?.catch(() => undefined); // where the database is away, what was known last stands
      return open;
    },
    async current() {
      await refresh();
      return open;
    },
  };
}
