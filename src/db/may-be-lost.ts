import { sql } from 'kysely';

/**
 * A row for the `from` of a statement that writes: its transaction commits without waiting for the disk. Where Postgres itself is killed
 * (not the service), what was written in the last half second may be lost, so whoever uses it says why that does no harm. A later commit
 * that does wait makes everything before it safe as well, as the log is one sequence.
 */
export const mayBeLost = sql`(select set_config('synchronous_commit', 'off', true)) as may_be_lost`;
