import { sql } from 'kysely';
import type { Trx } from '../db/database.ts';
import type { Services } from '../services.ts';
import { findTombstone } from './tombstone.ts';

/** What Stripe says of who pays. */
export type Person = {
  readonly email: string | null;
  readonly name: string | null;
  readonly locale: string | null;
  readonly customerId: string | null;
  /** When they were first heard of, by Stripe's clock. */
  readonly at: Date;
};

/**
 * The donor of a payment: one an e-mail address, whatever its case, with each Stripe customer that pays for it. Without an address it
 * is whoever the customer belongs to, else nobody (null). Somebody who was erased stays erased: the customer leads to the empty row,
 * and so does the address for whatever was given before. Who gives anew after it is a new donor.
 */
export async function attachDonor(trx: Trx, services: Pick<Services, 'newId'>, person: Person): Promise<string | null> {
  const known = person.customerId ? await findByCustomer(trx, person.customerId) : undefined;
  if (known?.erased_at) {
    return known.id;
  }
  const email = person.email?.trim();
  const donorId = email ? await findOrInsertDonor(trx, services, { ...person, email }) : (known?.id ?? null);
  if (donorId && person.customerId) {
    await trx
      .insertInto('donor_stripe_customers')
      .values({ stripe_customer_id: person.customerId, donor_id: donorId })
      .onConflict((conflict) => conflict.column('stripe_customer_id').doNothing())
      .execute();
  }
  return donorId;
}

async function findByCustomer(trx: Trx, customerId: string): Promise<{ id: string; erased_at: Date | null } | undefined> {
  return trx
    .selectFrom('donor_stripe_customers')
    .innerJoin('donors', 'donors.id', 'donor_stripe_customers.donor_id')
    .select(['donors.id', 'donors.erased_at'])
    .where('stripe_customer_id', '=', customerId)
    .executeTakeFirst();
}

type Addressed = Person & { email: string };

async function findOrInsertDonor(trx: Trx, { newId }: Pick<Services, 'newId'>, person: Addressed): Promise<string> {
  const erased = await findTombstone(trx, person.email, person.at);
  if (erased) {
    return erased;
  }
  const id = newId('dnr');
  const donorId = await insertDonor(trx, id, person);
  // A new row may have waited until the person's own was erased.
  const justErased = donorId === id ? await findTombstone(trx, person.email, person.at) : undefined;
  if (justErased) {
    await trx.deleteFrom('donors').where('id', '=', id).execute();
  }
  return justErased ?? donorId;
}

/** One statement, so that two workers that meet the same person at once agree on one row. */
async function insertDonor(trx: Trx, id: string, { email, name, locale, at }: Addressed): Promise<string> {
  const donor = await trx
    .insertInto('donors')
    .values({ id, email, email_key: email.toLowerCase(), name, locale, created_at: at })
    .onConflict((conflict) =>
      conflict.column('email_key').doUpdateSet({
        name: sql`coalesce(donors.name, excluded.name)`,
        locale: sql`coalesce(donors.locale, excluded.locale)`,
        created_at: sql`least(donors.created_at, excluded.created_at)`,
      }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return donor.id;
}
