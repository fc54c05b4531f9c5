import type { Services } from '../services.ts';
import { catchUpRestored, type RestoredOptions } from './catch-up-restored.ts';
import { readSince } from './read-since.ts';

/** What was typed after `npm run restored --`. */
export type RestoredWords = { lostAt?: string; numbers?: string };

/** `restored [--lost-at …]`: answers what was done, a line each. Throws an Error for what cannot be understood. */
export async function restoredCommand(
  services: Services,
  words: RestoredWords,
  drainJobs: RestoredOptions['drainJobs'],
): Promise<string> {
  const numbers = words.numbers === undefined ? undefined : Number(words.numbers);
  if (numbers !== undefined && !(Number.isInteger(numbers) && numbers >= 0 && numbers <= 500_000)) {
    throw new Error('--numbers is a whole number of receipts');
  }
  const { setAside, events, unmailed } = await catchUpRestored(services, {
    lostAt: words.lostAt ? readSince(services, words.lostAt, '--lost-at') : services.clock.now(),
    ...(numbers !== undefined && { numbers }),
    drainJobs,
  });
  return [
    ...setAside.map(
      ({ year, from, upTo }) =>
        `receipt numbers ${numberOf(year, from)} to ${numberOf(year, upTo)} are set aside and never given`,
    ),
    `${events} events that the backup did not have were worked on`,
    `${unmailed} letters count as sent: select subject_id, kind from mails where given_up_why = 'restored'`,
    'now: npm run reconcile, and then serve',
  ].join('\n');
}

/** As it stands on a receipt. */
function numberOf(year: number, sequence: number): string {
  return `${year}-${String(sequence).padStart(6, '0')}`;
}
