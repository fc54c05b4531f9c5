import { sql } from 'kysely';
import type { Trx } from '../db/database.ts';

const hashOf = (email: string) => sql`sha256(installation.erasure_salt || convert_to(${email.trim().toLowerCase()}, 'UTF8'))`;

/** The empty donor that stands for whoever gave under this address at that instant, where that person was erased after it. */
export async function findTombstone(trx: Trx, email: string, at: Date): Promise<string | undefined> {
  const { rows } = await sql<{ donor_id: string }>`
    select erasures.donor_id
    from installation
    join erasures on erasures.email_hash = ${hashOf(email)}
    where erasures.erased_at > ${at}`.execute(trx);
  return rows[0]?.donor_id;
}

/** Remembers, by a salted hash, that whoever gave under this address before that instant is this empty donor. */
export async function insertTombstone(trx: Trx, tombstone: { email: string; donorId: string; at: Date }): Promise<void> {
  const { email, donorId, at } = tombstone;
  const inserted = await sql`
    insert into erasures (email_hash, donor_id, erased_at)
    select ${hashOf(email)}, ${donorId}, ${at} from installation
    on conflict (email_hash) do update set donor_id = excluded.donor_id, erased_at = excluded.erased_at`.execute(trx);
  if (inserted.numAffectedRows !== 1n) {
    throw new Error('the database has no row in installation: the service was never started on it');
  }
}
