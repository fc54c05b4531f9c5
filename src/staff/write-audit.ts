import type { Trx } from '../db/database.ts';
import type { Services } from '../services.ts';

/** What is kept of an act of the staff. */
export type AuditEntry = {
  /** The API key, `shell`, or `service` for what follows by itself. */
  readonly actor: string;
  readonly action: 'refund.requested' | 'refund.refused' | 'donor.erased' | 'search';
  /** Our id of what it is about. */
  readonly objectId?: string;
  /** Amounts in minor units, counts and words of ours: never a person. */
  readonly detail?: Record<string, string | number | boolean>;
};

/** Writes down who did what, in the transaction that does it; the row can never be changed. */
export async function writeAudit(trx: Trx, { clock }: Pick<Services, 'clock'>, entry: AuditEntry): Promise<void> {
  const { actor, action, objectId = null, detail = {} } = entry;
  await trx
    .insertInto('audit_entries')
    .values({ at: clock.now(), actor, action, object_id: objectId, detail: JSON.stringify(detail) })
    .execute();
}
