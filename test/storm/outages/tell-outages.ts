import { openPostgres } from '../postgres.ts';
import { mailAway, type OutageResult, postgresAway, stripeAway } from './outages.ts';

/** Lets each be away for long, prints the figures, and answers whether all was caught up. */
export async function tellOutages(seed: number): Promise<boolean> {
  const postgres = await openPostgres();
  try {
    const outages = [() => mailAway(postgres.url), () => stripeAway(postgres.url), () => postgresAway(seed, 60)];
    const results: OutageResult[] = [];
    for (const outage of outages) {
      results.push(await outage());
      tell(results.at(-1)!);
    }
    return results.every(({ differences, answers }) => differences.length === 0 && Object.keys(answers).every(isClean));
  } finally {
    await postgres.stop();
  }
}

/** Taken, or refused in a way that a reader can be told of: never a broken connection, never an error without a name. */
function isClean(answer: string): boolean {
  return /^(201|409|429|503)\b/.test(answer);
}

function tell({ name, answers, facts, differences }: OutageResult): void {
  const told = Object.entries(answers).map(([answer, times]) => `${times} × ${answer.trim()}`);
  console.log(`${name}: ${told.join(', ')}; ${facts.join('; ')}; ${differences.length} differences`);
  for (const line of differences) console.log(`  ≠ ${line}`);
}
