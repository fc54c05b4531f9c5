import type { Trx } from '../db/database.ts';
import { stageJob } from '../jobs/stage.ts';
import type { Services } from '../services.ts';
import type { FailedTry } from '../stripe/failed-try.ts';

/** Has the donor told that a renewal could not be taken, once for each try; nobody while history is read. */
export async function noteFailedRenewal(
  trx: Trx,
  { withoutLetters }: Pick<Services, 'withoutLetters'>,
  { invoiceId, failedTry }: { invoiceId: string; failedTry: FailedTry | null },
): Promise<void> {
  if (failedTry && !withoutLetters) {
    const { number } = failedTry;
    await stageJob(trx, 'write-renewal-failed', { invoiceId, number });
  }
}
