/** Does it to every item, so many at once, in their order. */
export async function sideBySide<Item>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < items.length) {
        next += 1;
        await act(items[next - 1]!);
      }
    }),
  );
}
