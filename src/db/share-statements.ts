/** So many statements at once keep Postgres busy; what comes meanwhile shares the next one. */
const mostInFlight = 2;
const mostShared = 64;

/** One that waits for its row to be written. */
type Waiting<Row, Answer> = { row: Row; resolve(answer: Answer): void; reject(error: unknown): void };

/**
 * Writes rows one by one while they come slowly, and many in one statement when they pile up: a row waits for nothing but statements
 * before it. `write` answers for each row, in order. Where a shared statement fails, each row is tried alone, so that a row that cannot
 * be written fails alone; `isOutage` says when that is of no use, and does so unless told otherwise wherever Postgres finds no fault in a
 * value (classes 22 and 23).
 */
export function shareStatements<Row, Answer>(
  write: (rows: readonly Row[]) => Promise<Answer[]>,
  isOutage: (error: unknown) => boolean = isNoFaultOfARow,
): (row: Row) => Promise<Answer> {
  let waiting: Waiting<Row, Answer>[] = [];
  let inFlight = 0;

  async function writeAll(batch: Waiting<Row, Answer>[]): Promise<void> {
    try {
      const answers = await write(batch.map(({ row }) => row));
      batch.forEach(({ resolve }, index) => {
        resolve(answers[index]!);
      });
    } catch (error) {
      if (batch.length > 1 && !isOutage(error)) {
        for (const one of batch) await writeAll([one]);
        return;
      }
      for (const { reject } of batch) reject(error);
    }
  }

  function writeNext(): void {
    while (inFlight < mostInFlight && waiting.length > 0) {
      const batch = waiting.slice(0, mostShared);
      waiting = waiting.slice(mostShared);
      inFlight += 1;
      void writeAll(batch).finally(() => {
        inFlight -= 1;
        writeNext();
      });
    }
  }

  return (row) =>
    new Promise((resolve, reject) => {
      waiting.push({ row, resolve, reject });
      if (waiting.length === 1) setImmediate(writeNext); // those that are read off the network in the same turn go together
    });
}

function isNoFaultOfARow(error: unknown): boolean {
  return !/^2[23]/.test(String((error as { code?: unknown })?.code));
}
