import { systemClock } from '../../src/clock.ts';
import { createDatabase, createPool } from '../../src/db/database.ts';
import { newId } from '../../src/id.ts';
import { createApiKey } from '../../src/staff/create-api-key.ts';

/** A key with the finance role in a database. */
export async function issueKey(databaseUrl: string): Promise<string> {
  const pool = createPool(databaseUrl, { name: 'bench', max: 1 });
  try {
    const { key } = await createApiKey(
      { db: createDatabase(pool), clock: systemClock, newId },
      { name: 'Bench', role: 'finance' },
    );
    return key;
  } finally {
    await pool.end();
  }
}
