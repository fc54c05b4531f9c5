import { openPostgres } from '../postgres.ts';
import { runFlood } from './flood.ts';

/** Sends a flood of webhooks, prints what came of it, and answers whether all was well. */
export async function tellFlood(seed: number, webhooks: number): Promise<boolean> {
  const postgres = await openPostgres();
  try {
    const note = (text: string) => console.error(`[storm] ${text}`);
    const { sent, never, gifts, seconds, differences } = await runFlood({ adminUrl: postgres.url, webhooks, seed, note });
    const all = sent.events + sent.duplicates + sent.tampered;
    console.log(
      `${all} webhooks of ${gifts} gifts, shuffled, seed ${seed}: ${sent.duplicates} duplicates, ${sent.tampered} tampered with`,
    );
    console.log(
      `${never} events never came; all sent in ${seconds.sending.toFixed(1)} s, ${Math.round(all / seconds.sending)} a second`,
    );
    console.log(`worked on ${seconds.working.toFixed(1)} s later; ${differences.length} differences after one comparison`);
    for (const line of differences.slice(0, 40)) console.log(`  ≠ ${line}`);
    return differences.length === 0;
  } finally {
    await postgres.stop();
  }
}
