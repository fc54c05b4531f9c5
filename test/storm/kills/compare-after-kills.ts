import { eventually } from '../../support/eventually.ts';
import { compareBalance } from '../compare/balance.ts';
import { lookAtBoth } from '../compare/both.ts';
import { compareExports } from '../compare/exports.ts';
import { compareGifts } from '../compare/gifts.ts';
import { compareInbox } from '../compare/inbox.ts';
import { compareKept } from '../compare/kept.ts';
import { compareLetters } from '../compare/letters.ts';
import { compareRefunds } from '../compare/refunds.ts';
import type { KillGround } from './ground.ts';

/** A worker runs so many jobs at once: when it or Postgres dies, all of them may have heard from the mail server and not written it down. */
const lettersAtOnce = 5;

/** A dead worker's jobs are freed within a minute, and a lease ends after half of one. */
const restSeconds = 150;

/** Lets all come to rest by itself (`isHurried`: nobody waits for the dead or for another try), compares once with Stripe by the service's own command, and then by the storm's eyes. */
export async function compareAfterKills(ground: KillGround, isHurried = false): Promise<string[]> {
  const { scene, pool } = ground;
  await deliverTheRest(ground);
  await eventually(async () => {
    if (isHurried) await hurry(ground);
    const waiting = await whatWaits(ground);
    if (waiting.length > 0) throw new Error(`nothing comes to rest: ${waiting.slice(0, 5).join(', ')}`);
  }, restSeconds);
  const reconciled = await ground.command('reconcile');
  await eventually(async () => {
    if ((await whatWaits(ground)).length > 0) throw new Error('nothing comes to rest after the comparison');
  }, restSeconds);
  const lostAcknowledgements = ground.deaths() * lettersAtOnce;
  const both = await lookAtBoth({ ...scene, notes: { ...scene.notes, lostAcknowledgements } });
  const comparisons = [compareGifts, compareRefunds, compareBalance, compareLetters, compareInbox, compareExports, compareKept];
  const found = (await Promise.all(comparisons.map((compare) => compare(both)))).flat();
  const { rows } = await pool.query('select kind, object_id, detail from discrepancies where resolved_at is null');
  return [
    ...scene.notes.wrongs,
    ...found,
    ...rows.map(({ kind, object_id, detail }) => `the service reports ${kind} ${object_id}: ${detail}`),
    ...(reconciled.code === 0 ? [] : [`reconcile ended with ${reconciled.code}: ${reconciled.output.slice(-500)}`]),
  ];
}

/** As if a minute had passed for whoever is dead, and for jobs that failed. */
async function hurry({ pool }: KillGround): Promise<void> {
  await pool.query(
    "update worker_heartbeats set beat_at = beat_at - interval '1 minute' where beat_at < now() - interval '7 seconds'",
  );
  await pool.query(
    `update graphile_worker._private_jobs set locked_at = locked_at - interval '1 minute'
    where locked_at > now() - interval '1 minute' and locked_by not in (select worker_id from worker_heartbeats)`,
  );
  await pool.query('update graphile_worker._private_jobs set run_at = now() where locked_at is null and run_at > now()');
  await pool.query("update inbox_events set leased_until = now(), due_at = least(due_at, now()) where state = 'pending'");
  await pool.query('update donations set follow_up_at = created_at where follow_up_at > created_at');
  await pool.query("update sweep_runs set finished_at = finished_at - interval '10 seconds' where name = 'free-dead-workers'");
}

/** What Stripe would send again in the next hours is sent now. */
async function deliverTheRest({ scene: { slot } }: KillGround): Promise<void> {
  const deliveries = (await slot.stripe.state()).all('deliveries').filter(({ status }) => status !== 'delivered');
  for (const { id } of deliveries) await slot.stripe.lever(`deliveries/${id}/redeliver`);
}

async function whatWaits({ pool }: KillGround): Promise<string[]> {
  const { rows } = await pool.query(
    `select 'event ' || subject as what from inbox_events where state = 'pending'
    union all
    select 'job ' || task_identifier || coalesce(' ' || last_error, '') from graphile_worker.jobs
    union all
    select 'follow-up of ' || id from donations where follow_up_at is not null
    union all
    select 'refund ' || id from refunds where status in ('requested', 'unknown')`,
  );
  return rows.map(({ what }) => what as string);
}
