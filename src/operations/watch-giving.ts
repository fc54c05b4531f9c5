import { sql } from 'kysely';
import type { Trx } from '../db/database.ts';
import { closeCheckout } from '../donations/close-checkout.ts';
import { layOutLetter } from '../mail/letter-layout.ts';
import { queueMail } from '../mail/queue-mail.ts';
import type { Services } from '../services.ts';
import { speak } from '../text.ts';
import { mostUnpaidGifts } from './most-unpaid-gifts.ts';
import { findTestedCheckouts, noteDeclines } from './note-declines.ts';

type GivingNow = { unpaid: number; paid_in_all: number; declined: number; is_braked: boolean };

/** An alarm for each time the brake comes on; off for less than this it was the same time. */
const calmMinutes = 30;

/** Counts declined cards, tells a person once when the brake on giving comes on, and closes pages on which cards are tested. */
export async function watchGiving(services: Services): Promise<void> {
  await noteDeclines(services);
  const { rows } = await sql<GivingNow>`select * from giving_now(${mostUnpaidGifts(services)})`.execute(services.db);
  if (rows[0]!.is_braked) {
    await services.db.transaction().execute((trx) => noteBrake(trx, services, rows[0]!));
  }
  for (const key of await findTestedCheckouts(services)) {
    await closeTestedPage(services, key).catch((error: unknown) =>
      services.log.warn('a page on which cards are tested cannot be closed yet', { subject: key, error }),
    );
  }
}

async function closeTestedPage(services: Services, key: string): Promise<void> {
  const { db, log } = services;
  const checkout = await db.selectFrom('checkouts').selectAll().where('idempotency_key', '=', key).executeTakeFirstOrThrow();
  await closeCheckout(services, checkout);
  log.warn('a page was closed: too many cards were declined on it', { subject: key });
}

async function noteBrake(trx: Trx, services: Services, now: GivingNow): Promise<void> {
  const goesOn = await sql`
    update brakes set last_on_at = clock_timestamp()
    where last_on_at > clock_timestamp() - ${calmMinutes} * interval '1 minute'`.execute(trx);
  if (goesOn.numAffectedRows) {
    return;
  }
  const { rows } = await sql<{ began: Date }>`
    insert into brakes (began_at, last_on_at) values (clock_timestamp(), clock_timestamp()) returning began_at as began`.execute(
    trx,
  );
  services.log.error('the brake on giving is on', { count: now.unpaid });
  for (const [index, to] of services.config.adminEmails.entries()) {
    const dedupeKey = `alarm:brake:${rows[0]!.began.toISOString()}:${index}`;
    await queueMail(trx, services, { kind: 'alarm', subjectId: 'brake', dedupeKey, to, ...alarmOf(services, now) });
  }
}

function alarmOf({ config }: Services, now: GivingNow): { subject: string; text: string; html: string } {
  const { locale } = config.newsroom;
  const say = speak(locale, 'mail');
  const title = say('alarm_brake_title');
  const facts = [
    { label: say('alarm_unpaid'), value: String(now.unpaid) },
    { label: say('alarm_paid'), value: String(now.paid_in_all) },
    { label: say('alarm_declined'), value: String(now.declined) },
  ];
  const blocks = [
    { kind: 'text' as const, text: say('alarm_brake') },
    { kind: 'facts' as const, facts },
    { kind: 'text' as const, text: say('alarm_switch') },
  ];
  return { subject: title, ...layOutLetter(config, { locale, title, blocks }) };
}
