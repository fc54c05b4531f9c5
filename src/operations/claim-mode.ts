import { sql } from 'kysely';
import type { Services } from '../services.ts';

/**
 * Marks the database as live or test the first time, and throws where it is the other: live and test never mix. A database that
 * cannot be reached or has no tables yet claims nothing; readiness tells of that.
 */
export async function claimMode({ db, config, log }: Pick<Services, 'db' | 'config' | 'log'>): Promise<void> {
  const { livemode } = config.stripe;
  let kept: boolean | undefined;
  try {
    const { rows } = await sql<{ livemode: boolean }>`insert into installation (livemode) values (${livemode})
      on conflict (only_row) do update set livemode = installation.livemode returning livemode`.execute(db);
    kept = rows[0]?.livemode;
  } catch (error) {
    log.warn('the database does not answer or is not migrated yet', { error });
    return;
  }
  if (kept !== livemode) {
    throw new Error(
      `this database belongs to Stripe's ${kept ? 'live' : 'test'} mode, the key to ${livemode ? 'live' : 'test'} mode`,
    );
  }
}
