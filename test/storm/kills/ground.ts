import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createDatabase, createPool, type Pool } from '../../../src/db/database.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { newId } from '../../../src/id.ts';
import { startMailbox } from '../../../src/sandbox/mailbox.ts';
import { startPostgres } from '../../../src/sandbox/postgres.ts';
import { startStripeSimulator } from '../../../src/sandbox/stripe/simulator.ts';
import { setupAccount } from '../../../src/setup.ts';
import { createApiKey } from '../../../src/staff/create-api-key.ts';
import { eventually } from '../../support/eventually.ts';
import { holdToOfficialShapes } from '../../support/official-shapes.ts';
import { type Running, runMain } from '../../support/process.ts';
import type { Scene } from '../commands/command.ts';
import { openNotes } from '../commands/notes.ts';
import { openPostgres } from '../postgres.ts';
import { freePort } from '../stage/free-port.ts';
import { openStripeSide } from '../stage/simulator.ts';
import { killWhole } from './kill-whole.ts';
import { type Line, openLine } from './line.ts';

export type Victim = 'service' | 'worker';

/** A service and a worker as processes of their own, on a Postgres that keeps its promises; all they say passes through our hands. */
export type KillGround = {
  scene: Scene;
  /** To Postgres, Stripe and the mail server, of each process. */
  lines: Record<Victim, Record<'postgres' | 'stripe' | 'mail', Line>>;
  /** Past all lines. */
  pool: Pool;
  /** kill -9, and nothing else. */
  kill(victim: Victim): void;
  /** Starts it again; answers after how many milliseconds it was ready. */
  restart(victim: Victim): Promise<number>;
  /** kill -9 of Postgres itself, and its start; answers after how many milliseconds from its death the service was ready. */
  crashPostgres(): Promise<number>;
  stopPostgres(): Promise<void>;
  startPostgres(): Promise<number>;
  /** Runs a command of the service's; answers its exit code and what it printed. */
  command(...args: string[]): Promise<{ code: number | null; output: string }>;
  output(victim: Victim): string;
  /** How often a process died, or Postgres was taken away. */
  deaths(): number;
  close(): Promise<void>;
};

export async function openKillGround(): Promise<KillGround> {
  const postgres = await openPostgres({ isSafe: true });
  const dir = path.join(postgres.folder, 'postgres');
  const [simulator, mailbox, port] = await Promise.all([
    startStripeSimulator({ onExchange: holdToOfficialShapes }),
    startMailbox({ smtpPort: 0, httpPort: 0 }),
    freePort(),
  ]);
  const pool = createPool(postgres.url, { name: 'storm', max: 4 });
  await migrate(pool);
  const url = `http://127.0.0.1:${port}`;
  const newsroomFile = path.join(postgres.folder, 'newsroom.json');
  fs.writeFileSync(newsroomFile, JSON.stringify(newsroom()));
  const { webhookSecret } = await setupAccount({
    secretKey: simulator.secretKey,
    apiBase: simulator.url,
    publicUrl: url,
    newsroomName: 'The Harbour Light',
  });
  const clock = { now: () => new Date() };
  const finance = await createApiKey({ db: createDatabase(pool), clock, newId }, { name: 'Storm', role: 'finance' });
  const portOf = (address: string) => Number(new URL(address).port);
  const openLines = async () => ({
    postgres: await openLine(postgres.port),
    stripe: await openLine(simulator.port),
    mail: await openLine(portOf(mailbox.smtpUrl)),
  });
  const lines = { service: await openLines(), worker: await openLines() };
  const environmentOf = (victim: Victim): Record<string, string> => ({
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL: url,
    DATABASE_URL: postgres.url.replace(`:${postgres.port}/`, `:${lines[victim].postgres.port}/`),
    STRIPE_SECRET_KEY: simulator.secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret!,
    STRIPE_API_BASE: `http://127.0.0.1:${lines[victim].stripe.port}`,
    SMTP_URL: `smtp://127.0.0.1:${lines[victim].mail.port}`,
    MAIL_FROM: 'The Harbour Light <hello@harbour.example>',
    SESSION_SECRET: 'a-secret-of-storms-that-is-long-enough-to-be-taken',
    SITE_ORIGINS: 'https://www.example.org',
    NEWSROOM_FILE: newsroomFile,
    TRUST_PROXY: '1',
    JOBS: 'off',
    LOG_LEVEL: 'warn',
    NODE_COMPILE_CACHE: path.join(postgres.folder, 'compiled'),
  });
  const start = (victim: Victim) => runMain([victim === 'service' ? 'serve' : 'worker'], environmentOf(victim));
  const running: Record<Victim, Running> = { service: start('service'), worker: start('worker') };
  const isReady = async () => {
    if (!(await fetch(`${url}/readyz`)).ok)
      throw new Error(`the service is not ready:\n${running.service.output().slice(-2000)}`);
  };
  const stripe = openStripeSide(simulator.url, simulator.secretKey);
  const startAgain = async () => {
    const started = performance.now();
    await eventually(() => startPostgres({ dir, port: postgres.port, settings: { max_connections: '300' } }), 30);
    await eventually(isReady, 60);
    return performance.now() - started;
  };
  let deaths = 0;
  const ground: KillGround = {
    scene: {
      notes: openNotes(),
      fired: () => undefined,
      slot: {
        url,
        stripe,
        financeKey: finance.key,
        database: { pool },
        mails: () => mailbox.messages(),
        now: () => simulator.now(),
      },
    },
    lines,
    pool,
    kill: (victim) => void running[victim].child.kill('SIGKILL'),
    deaths: () => deaths,
    async restart(victim) {
      running[victim].child.kill('SIGKILL');
      await running[victim].exit;
      deaths += 1;
      const started = performance.now();
      running[victim] = start(victim);
      await eventually(victim === 'service' ? isReady : () => livesIn(pool, running.worker), 60);
      return performance.now() - started;
    },
    async crashPostgres() {
      const { rows } = await pool.query('show data_directory');
      const pid = Number(fs.readFileSync(path.join(String(rows[0].data_directory), 'postmaster.pid'), 'utf8').split('\n')[0]);
      killWhole(pid);
      deaths += 1;
      await eventually(() => refuses(postgres.port)); // until it is dead it would be taken for one that runs
      return startAgain();
    },
    async stopPostgres() {
      deaths += 1;
      await startPostgres({ dir, port: postgres.port }).then((adopted) => adopted.stop());
    },
    startPostgres: startAgain,
    async command(...args) {
      const run = runMain(args, environmentOf('worker'));
      return { code: await run.exit, output: run.output() };
    },
    output: (victim) => running[victim].output(),
    async close() {
      for (const victim of ['service', 'worker'] as const) {
        running[victim].child.kill('SIGKILL');
        await running[victim].exit;
        await Promise.all(Object.values(lines[victim]).map((line) => line.close()));
      }
      await pool.end();
      await Promise.all([simulator.close(), mailbox.close()]);
      await startPostgres({ dir, port: postgres.port }).then((adopted) => adopted.stop());
      fs.rmSync(postgres.folder, { recursive: true, force: true });
    },
  };
  await eventually(isReady, 60);
  await eventually(() => livesIn(pool, running.worker), 60);
  return ground;
}

/** Throws as long as somebody listens there. */
function refuses(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('error', () => resolve());
    socket.once('connect', () => {
      socket.destroy();
      reject(new Error(`somebody listens on ${port}`));
    });
  });
}

function newsroom(): Record<string, unknown> {
  const example = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, '../../../newsroom.example.json'), 'utf8')) as object;
  return { ...example, limits: { gifts_per_source_in_ten_minutes: 100_000, unpaid_gifts_in_ten_minutes: 1_000_000 } };
}

/** The worker of this process says that it lives: a heartbeat younger than the process. */
async function livesIn(pool: Pool, { child, output }: Running): Promise<void> {
  if (child.exitCode !== null) throw new Error(`the worker ended:\n${output().slice(-2000)}`);
  const { rowCount } = await pool.query('select from worker_heartbeats where beat_at > $1', [startOf(child.pid!)]);
  if (!rowCount) throw new Error(`the worker gives no sign of life:\n${output().slice(-2000)}`);
}

const starts = new Map<number, Date>();

/** When a process was first asked for. */
function startOf(pid: number): Date {
  const known = starts.get(pid) ?? new Date();
  starts.set(pid, known);
  return known;
}
