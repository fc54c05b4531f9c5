import { SingleBar } from 'cli-progress';
import type { Services } from '../services.ts';
import { backfill } from './backfill.ts';
import { readSince } from './read-since.ts';
import { toLine } from './reconcile-command.ts';

/**
 * `backfill --since 2024-01-01`: the account's history from then on, with a progress bar where somebody watches; then a line for every
 * difference that stands. Answers how many there are. Throws an Error for what cannot be understood; run again, it goes on where it was.
 */
export async function backfillCommand(services: Services, { since }: { since: string }): Promise<number> {
  const instant = readSince(services, since);
  const bar = new SingleBar({ format: '{kind} {bar} {percentage} % · {count} read', stream: process.stderr, hideCursor: true });
  let shown: string | undefined;
  const failed: string[] = [];
  try {
    const found = await backfill(services, {
      since: instant,
      onProgress(kind, share, count) {
        if (!process.stderr.isTTY) {
          if (share === 1) console.error(`${kind}: ${count} read`);
        } else if (shown === kind) {
          bar.update(Math.round(share * 100), { kind, count });
        } else {
          bar.stop();
          bar.start(100, Math.round(share * 100), { kind, count });
          shown = kind;
        }
      },
      onFailure: (id) => failed.push(id),
    });
    bar.stop();
    const lines = [...failed.map((id) => `could not be read: ${id}`), ...found.map(toLine)];
    console.log(lines.join('\n') || 'the history is here, and our books and Stripe are the same');
    return lines.length;
  } finally {
    bar.stop();
  }
}
