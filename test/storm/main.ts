import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import { Command } from 'commander';
import type { Schedule } from './commands/command.ts';
import { tellFlood } from './floods/tell-flood.ts';
import { tellKills } from './kills/tell-kills.ts';
import { tellOutages } from './outages/tell-outages.ts';
import { openPostgres } from './postgres.ts';
import { runAlone } from './round.ts';
import { storm, tellFinding } from './storm.ts';

const options = new Command('storm')
  .description('Lets readers, Stripe, mail, Postgres and workers do their worst, and compares the books with Stripe afterwards')
  .option('--seed <number>', 'of the first run; each further one has the next number (absent: any)')
  .option('--runs <count>', 'how many schedules', '300')
  .option('--processes <count>', 'side by side', String(os.availableParallelism()))
  .option('--slots <count>', 'newsrooms side by side in each process', '3')
  .option('--shrink <seconds>', 'for how long a schedule that found something is made shorter', '60')
  .option('--kills <count>', 'kills real processes of the service under load instead')
  .option('--crashes <count>', 'with --kills: and Postgres so often', '0')
  .option('--webhooks <count>', 'sends so many webhooks shuffled, twice, tampered with or never instead')
  .option('--outages', 'lets Postgres, the mail server and Stripe be away for long instead')
  .option('--replay <file>', 'runs one kept schedule instead')
  .parse()
  .opts<
    Record<'crashes' | 'runs' | 'processes' | 'slots' | 'shrink', string> & {
      seed?: string;
      kills?: string;
      webhooks?: string;
      outages?: true;
      replay?: string;
    }
  >();

process.exit((await run()) ? 0 : 1);

async function run(): Promise<boolean> {
  if (options.replay) return replay(options.replay);
  const seed = Number(options.seed ?? randomInt(1_000_000_000));
  if (options.kills) return tellKills(seed, Number(options.kills), Number(options.crashes));
  if (options.webhooks) return tellFlood(seed, Number(options.webhooks));
  if (options.outages) return tellOutages(seed);
  return storm({
    seed,
    runs: Number(options.runs),
    processes: Number(options.processes),
    slots: Number(options.slots),
    shrinkSeconds: Number(options.shrink),
  });
}

async function replay(file: string): Promise<boolean> {
  const postgres = await openPostgres();
  try {
    const schedule = JSON.parse(fs.readFileSync(file, 'utf8')) as Schedule;
    const outcome = await runAlone(postgres.url, schedule);
    if (outcome.differences.length > 0) tellFinding({ seed: 0, schedule, ...outcome });
    else console.log('no difference');
    return outcome.differences.length === 0;
  } finally {
    await postgres.stop();
  }
}
