import { findPendingMigrations } from '../db/migrate.ts';
import type { Services } from '../services.ts';

const patienceSeconds = 2;

/**
 * What keeps the service from working, by name: `database` cannot be reached, `migrations` are missing; in the demo also the parts
 * around it that do not answer (`stripe`, `mailbox`, `article`). Nothing: it is ready. Never throws.
 */
export async function findUnready({ db, config, log }: Pick<Services, 'db' | 'config' | 'log'>): Promise<string[]> {
  const database = findPendingMigrations(db).then(
    (pending) => (pending.length > 0 ? ['migrations'] : []),
    (error: unknown) => {
      log.warn('the database does not answer', { error });
      return ['database'];
    },
  );
  return (await Promise.all([database, findSilentParts(config.demo ?? {})])).flat();
}

async function findSilentParts(demo: Record<string, unknown>): Promise<string[]> {
  const parts = ['stripe', 'mailbox', 'article'].filter((name) => typeof demo[name] === 'string');
  const answers = await Promise.all(parts.map((name) => doesAnswer(demo[name] as string)));
  return parts.filter((_, index) => !answers[index]);
}

async function doesAnswer(address: string): Promise<boolean> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(patienceSeconds * 1000) });
    await answer.body?.cancel();
    return answer.status < 500;
  } catch {
    return false;
  }
}
