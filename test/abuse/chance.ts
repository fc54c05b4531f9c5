/** Chance that comes out the same for the same seed (mulberry32). */
export type Chance = {
  /** From 0 up to, but not, 1. */
  next(): number;
  pick<Item>(items: readonly Item[]): Item;
  /** The same items in another order. */
  shuffle<Item>(items: readonly Item[]): Item[];
};

/** `ABUSE=long`: the whole of what a short round takes a part of. */
export const isLong = process.env.ABUSE === 'long';

/** Chance of a seed; `ABUSE_SEED` is the one of this run, 1 unless set. */
export function chanceOf(seed: number = Number(process.env.ABUSE_SEED ?? 1)): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    shuffle(items) {
      const order = items.map((item) => ({ item, rank: next() }));
      return order.sort((one, other) => one.rank - other.rank).map(({ item }) => item);
    },
  };
}

/** Does all the work, so many pieces at a time. */
export async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const waiting = [...items].reverse();
  const lane = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}
