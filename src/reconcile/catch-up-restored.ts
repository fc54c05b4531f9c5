import { sql } from 'kysely';
import { createInboxWorker } from '../../webhooks/work-inbox.ts';
import type { Database } from '../db/database.ts';
import { freeDeadWorkers } from '../jobs/heartbeat.ts';
import type { Services } from '../services.ts';
import { compareBalanceTransactions } from './compare-balance-transactions.ts';
import { type SetAside, setNumbersAside } from './set-numbers-aside.ts';
import { sweepEvents } from './sweep-events.ts';

export type RestoredOptions = {
  /** When the lost database was last in use: what happened until then was told to donors; what came later is told as ever. */
  readonly lostAt: Date;
  /** How many receipts may have been written since the backup, where Stripe's events do not reach back so far. */
  readonly numbers?: number;
  /** Runs jobs with these services until none is due. */
  drainJobs(services: Services): Promise<void>;
};

export type Restored = { readonly setAside: SetAside[]; readonly events: number; readonly unmailed: number };

/**
 * Brings a database that was restored from a backup up to where the lost one was, before anything else works on it. Receipt numbers that
 * may have been given out since are set aside; mails that waited in the backup, and all that is written while it catches up, count as sent.
 * Throws while a worker is connected, whose mail it would take for sent. Safe twice.
 */
export async function catchUpRestored(services: Services, options: RestoredOptions): Promise<Restored> {
  const { db, clock } = services;
  const { lostAt, numbers, drainJobs } = options;
  const silent: Services = { ...services, mailsWereSent: true };
  await refuseWhileInUse(db);
  const setAside = await setNumbersAside(services, numbers);
  await freeWhatWasHeld(services);
  await db
    .updateTable('mails')
    .set({ given_up_at: clock.now(), given_up_why: 'restored' })
    .where('sent_at', 'is', null)
    .where('given_up_at', 'is', null)
    .execute();
  const events = await sweepEvents(silent, { until: lostAt });
  await createInboxWorker(silent).drain();
  if (numbers !== undefined) await compareBalanceTransactions(silent); // older than what Stripe has events of
  await drainJobs(silent);
  await createInboxWorker(silent).drain();
  const unmailed = await db
    .selectFrom('mails')
    .select((mail) => mail.fn.countAll<bigint>().as('count'))
    .where('given_up_why', '=', 'restored')
    .executeTakeFirstOrThrow();
  return { setAside, events, unmailed: Number(unmailed.count) };
}

async function refuseWhileInUse(db: Database): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pg_stat_activity
    where datname = current_database() and application_name = 'gratis-sweeps'`.execute(db);
  if (rows[0]!.count > 0) {
    throw new Error('a worker is connected to this database: this is for right after a restore, before anything else runs');
  }
}

/** Whoever held jobs and events when the backup was made is gone. */
async function freeWhatWasHeld(services: Services): Promise<void> {
  await freeDeadWorkers(services, { silentSeconds: 0 });
  await services.db
    .updateTable('inbox_events')
    .set({ leased_until: null })
    .where('state', '=', 'pending')
    .where('leased_until', 'is not', null)
    .execute();
}
