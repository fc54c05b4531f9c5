import { plusSeconds } from '../clock.ts';
import type { Trx } from '../db/database.ts';
import { insertTombstone } from '../donors/tombstone.ts';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { writeAudit } from '../staff/write-audit.ts';
import { stageStop } from '../subscriptions/stop-subscription.ts';
import { type Forgotten, scrubCheckouts, scrubEvents, scrubMails, scrubSignup, scrubWords } from './scrub-person.ts';

export type ErasureWish = {
  readonly donorId: string;
  /** Also ends recurring gifts that still run. */
  readonly stop?: boolean;
  /** The API key that asks, or `shell`. */
  readonly askedBy: string;
};

/** `stopped`: the recurring gifts that are being ended for it. */
export type Erasure = { readonly donorId: string; readonly erasedAt: Date; readonly stopped: string[] };

const over = ['expired', 'incomplete_expired', 'canceled'];

/**
 * Forgets a person and keeps the books: one transaction takes out everything that says who they are, leaves an empty donor to whom
 * the gifts belong, and remembers by a salted hash that whoever gave under this address until now is that donor. The ledger and issued
 * receipts stay as they are. Safe twice. Throws donor-not-found, or recurring-gifts-run that names them.
 */
export async function eraseDonor(services: Services, wish: ErasureWish): Promise<Erasure> {
  return services.db.transaction().execute(async (trx) => {
    const { email } = await findDonor(trx, wish.donorId);
    const person = { donorId: wish.donorId, email };
    const keptSeconds = (services.config.newsroom.retention_days.event_bodies + 2) * 24 * 3600;
    await scrubEvents(trx, person, plusSeconds(services.clock.now(), -keptSeconds));
    // Events, pages, then recurring gifts, gifts and the donor: the order in which payments are recorded.
    const begun = await scrubCheckouts(trx, person);
    const stopped = await stopRunning(trx, services, wish);
    await trx.selectFrom('donations').select('id').where('donor_id', '=', wish.donorId).orderBy('id').forNoKeyUpdate().execute();
    const donor = await trx.selectFrom('donors').selectAll().where('id', '=', wish.donorId).forUpdate().executeTakeFirstOrThrow();
    if (donor.erased_at) {
      return { donorId: donor.id, erasedAt: donor.erased_at, stopped };
    }
    const erasedAt = services.clock.now();
    await forget(trx, person, begun, erasedAt);
    const detail = { recurring_gifts_stopped: stopped.length };
    await writeAudit(trx, services, { actor: wish.askedBy, action: 'donor.erased', objectId: donor.id, detail });
    return { donorId: donor.id, erasedAt, stopped };
  });
}

async function findDonor(trx: Trx, id: string): Promise<{ email: string | null }> {
  const donor = await trx.selectFrom('donors').select('email').where('id', '=', id).executeTakeFirst();
  if (!donor) {
    throw new AppError('donor-not-found', 'There is no donor of this id.');
  }
  return donor;
}

/** Recurring gifts that nobody has asked to end. */
async function stopRunning(trx: Trx, services: Services, { donorId, stop }: ErasureWish): Promise<string[]> {
  const subscriptions = await trx
    .selectFrom('subscriptions')
    .select(['id', 'status', 'stop_requested_at'])
    .where('donor_id', '=', donorId)
    .orderBy('id')
    .forUpdate()
    .execute();
  const running = subscriptions.filter(({ status, stop_requested_at }) => !over.includes(status) && !stop_requested_at);
  const ids = running.map(({ id }) => id);
  if (ids.length > 0 && !stop) {
    throw new AppError('recurring-gifts-run', `Recurring gifts of this donor still run: ${ids.join(', ')}. Stop them first.`);
  }
  for (const id of ids) {
    await stageStop(trx, services, id);
  }
  return ids;
}

async function forget(trx: Trx, person: Forgotten, begun: string[], at: Date): Promise<void> {
  const { donorId, email } = person;
  if (email !== null) {
    await insertTombstone(trx, { email, donorId, at });
  }
  await trx
    .updateTable('donors')
    .set({ email: null, email_key: null, name: null, locale: null, erased_at: at })
    .where('id', '=', donorId)
    .execute();
  await scrubWords(trx, person, begun);
  await scrubSignup(trx, person);
  await scrubMails(trx, person, at);
}
