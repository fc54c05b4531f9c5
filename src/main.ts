import { existsSync, readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import path from 'node:path';
import { Command } from 'commander';
import { type Config, loadConfig } from './config.ts';
import { type MigrateWords, migrateCommand } from './db/migrate-command.ts';
import { greetingOf, startDemo } from './demo.ts';
import { eraseCommand } from './erasure/erase-command.ts';
import { exportCommand, readExportCommand } from './exports/export-command.ts';
import { createLiveServices, type LiveServices, withLiveServices } from './live-services.ts';
import { createLog } from './log.ts';
import { claimMode } from './operations/claim-mode.ts';
import { switchGiving } from './operations/switch-command.ts';
import { backfillCommand } from './reconcile/backfill-command.ts';
import { type ReconcileWords, reconcileCommand } from './reconcile/reconcile-command.ts';
import { replayCommand } from './reconcile/replay-command.ts';
import { type RestoredWords, restoredCommand } from './reconcile/restored-command.ts';
import { endWith, startService } from './serve.ts';
import { type SetupWords, setupCommand } from './setup.ts';
import { type KeyWords, keyCommand } from './staff/key-command.ts';
import { drainJobs, startWorker } from './worker.ts';

const program = new Command('gratis').description('Donations and recurring support for newsrooms').showHelpAfterError();

program.command('start').description('a whole newsroom on this machine; no real money').action(start);
program.command('serve').description('the web, and the jobs unless JOBS=off').action(serve);
program.command('worker').description('the jobs alone').action(work);
program
  .command('setup')
  .description('make or repair what Stripe must have')
  .option('--renew-secret', 'make the webhook endpoint anew and print its secret')
  .action((options: SetupWords) => setupCommand(readConfig({ STRIPE_WEBHOOK_SECRET: 'whsec_not_known_yet' }), options));
program
  .command('migrate')
  .description('bring the database up to date')
  .option('--status', 'only say what is applied')
  .option('--dry-run', 'only print the SQL that would run')
  .action((options: MigrateWords) => migrateCommand(process.env.DATABASE_URL, options));
program
  .command('export')
  .description('write a report to a file')
  .allowUnknownOption()
  .allowExcessArguments()
  .helpOption(false)
  .action((_options, { args }: Command) => {
    const words = readExportCommand(args);
    return words && withServices((live) => exportCommand(live, words));
  });
program
  .command('reconcile')
  .description('sweep missed events and compare the books with Stripe; exit 1 and a line for each difference')
  .option('--since <when>', '7d, 12h, a day or an instant; else from where the last look ended')
  .option('--settled <id>', 'only say that somebody has looked at what was noted for a person under this id')
  .action((options: ReconcileWords) =>
    withBooks(async ({ long }) => {
      if ((await reconcileCommand(long, options)) > 0) process.exitCode = 1;
    }),
  );
program
  .command('backfill')
  .description('bring the history of a Stripe account in; safe twice, mails nobody')
  .requiredOption('--since <when>', 'a day or an instant; what Stripe held then is the opening balance')
  .action((options: { since: string }) =>
    withBooks(async ({ long }) => {
      if ((await backfillCommand(long, options)) > 0) process.exitCode = 1;
    }),
  );
program
  .command('replay [event]')
  .description('put stored events back to pending')
  .option('--dead', 'all that were given up, and the jobs that were')
  .option('--since <when>', 'all that Stripe made since then')
  .action((id: string | undefined, options: { dead?: boolean; since?: string }) =>
    withServices(async (live) => console.log(await replayCommand(live, { id, ...options }))),
  );
program
  .command('restored')
  .description('once after a backup was restored, before anything else runs: catch up, mail nobody twice, give no number twice')
  .option('--lost-at <when>', 'when the lost database was last in use; now unless given')
  .option('--numbers <count>', 'receipts that may have been written since the backup, where it is older than 30 days')
  .action((options: RestoredWords) =>
    withServices(async (live) => console.log(await restoredCommand(live.long, options, (services) => drainJobs(live, services)))),
  );
program
  .command('key')
  .description('make or end an API key for finance staff')
  .option('--name <name>', 'whose it is')
  .option('--role <role>', 'finance or admin', 'finance')
  .option('--revoke <key_id>', 'end this one instead')
  .action((options: KeyWords) => withServices(async (live) => console.log(await keyCommand(live, options))));
program
  .command('erase <donor_id>')
  .description('forget a person; their gifts stay in the books, of a donor without a name')
  .option('--stop', 'also end recurring gifts that still run')
  .action((donorId: string, options: { stop?: boolean }) =>
    withServices(async (live) => console.log(await eraseCommand(live, donorId, options))),
  );
program
  .command('switch <name> <state>')
  .description('giving, once, month or year, on or off, for every reader within seconds')
  .option('--why <why>', 'stands beside the switch for whoever comes next')
  .action((name: string, state: string, { why }: { why?: string }) =>
    withServices(async (live) => console.log(await switchGiving(live, { name, state, why }))),
  );

if (existsSync('.env')) {
  process.loadEnvFile('.env');
}
await program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

async function start(): Promise<void> {
  const { startSandbox } = await import('./sandbox/newsroom.ts');
  const { findPort } = await import('./sandbox/ports.ts');
  const log = createLog(process.env.LOG_LEVEL ?? 'info');
  const dataDir = path.resolve(process.env.DATA_DIR ?? '.data');
  const port = await findPort(process.env.PORT, 3000);
  const sandbox = await startSandbox({
    dataDir,
    port,
    simulatorPort: process.env.SIMULATOR_PORT,
    mailPort: process.env.MAIL_PORT,
    sitePort: process.env.SITE_PORT,
    serviceUrl: `http://127.0.0.1:${port}`,
    log: (message: string) => log.info(message, { demo: true }),
  });
  try {
    const { HOST: host = '127.0.0.1', ADMIN_EMAILS: adminEmails = 'staff@harbour-light.example' } = process.env;
    const demo = await startDemo(sandbox, { dataDir, port, host, adminEmails, log });
    console.log(greetingOf(demo.facts));
    endWith(demo, () => sandbox.close());
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

async function serve(): Promise<void> {
  endWith(await startService(createLiveServices(readConfig())));
  keepWhatWasCompiled();
}

async function work(): Promise<void> {
  const live = createLiveServices(readConfig());
  await claimMode(live);
  const worker = startWorker(live);
  endWith({ stop: () => worker.stop().then(() => live.close()) });
  keepWhatWasCompiled();
}

/** Node writes its compile cache at its end; one that is killed would start as slowly for ever. */
function keepWhatWasCompiled(): void {
  setTimeout(flushCompileCache, 1000).unref();
}

function withServices(use: (live: LiveServices) => Promise<unknown>): Promise<void> {
  return withLiveServices(readConfig(), use);
}

/** For what asks Stripe and writes into the books: never with a key of the other mode. */
function withBooks(use: (live: LiveServices) => Promise<unknown>): Promise<void> {
  return withServices((live) => claimMode(live).then(() => use(live)));
}

function readConfig(fallbacks: Record<string, string> = {}): Config {
  return loadConfig({ ...fallbacks, ...process.env }, (file) => readFileSync(file, 'utf8'));
}
