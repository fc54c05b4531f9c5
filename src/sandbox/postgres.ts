import { type ChildProcess, execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Account, type Binaries, findAccount, findBinaries } from './postgres-binaries.ts';
import { ensureCluster, findRunning, giveTo, placeCluster, type Running, readPassword } from './postgres-cluster.ts';
import { withLock } from './start-lock.ts';

export type PostgresOptions = {
  /** The folder that holds the data; made when missing. */
  dir: string;
  /** Any free one unless set. */
  port?: number;
  /** Gives up all safety against a crash of the machine, for speed. */
  test?: boolean;
  /** Further settings of postgresql.conf, for a server that is started here. */
  settings?: Record<string, string>;
  log?: (message: string) => void;
};

export type Postgres = {
  /** Address of the database `postgres` as its superuser; listens on this machine alone. */
  url: string;
  port: number;
  /** True if it was running already, left over by somebody who could not stop it. */
  adopted: boolean;
  /** Stops the server; safe to call twice. */
  stop(): Promise<void>;
};

type Server = { data: string; binaries: Binaries; account: Account };

const startSeconds = 60;
const unsafeSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts a real Postgres from the npm package's programs, or adopts the one that still runs on this folder.
 * For the demo and for tests. Throws if the data is of another major version or the port is taken.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const log = options.log ?? (() => {});
  const account = findAccount();
  const binaries = findBinaries(account, log);
  const dir = path.resolve(options.dir);
  fs.mkdirSync(path.dirname(dir), { recursive: true });
  return withLock(`${dir}.lock`, startSeconds * 2, async () => {
    const data = placeCluster(dir, account, log);
    ensureCluster(data, binaries, account, options.test ?? false);
    const server = { data, binaries, account };
    const running = await waitUntilSettled(server);
    if (running) {
      log(`Postgres is running already (process ${running.pid}) and is used as it is`);
    }
    const { port } = running ?? (await start(server, options));
    return toPostgres(server, port, running !== undefined);
  });
}

function toPostgres(server: Server, port: number, adopted: boolean): Postgres {
  let stopped: Promise<void> | undefined;
  return {
    url: `postgres://postgres:${readPassword(server.data)}@127.0.0.1:${port}/postgres`,
    port,
    adopted,
    stop: () => {
      stopped ??= stop(server);
      return stopped;
    },
  };
}

async function start(server: Server, { port, test, settings }: PostgresOptions): Promise<Running> {
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(test ? unsafeSettings : {}),
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const logFile = `${server.data}.log`;
  const output = fs.openSync(logFile, 'w');
  giveTo(server.account, logFile);
  const child = spawn(
    server.binaries.program('postgres'),
    ['-D', server.data, '-p', String(port || (await findFreePort())), ...flags],
    {
      ...server.account,
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      detached: true,
      stdio: ['ignore', output, output],
    },
  );
  fs.closeSync(output);
  try {
    return await waitUntilReady(server, child, logFile);
  } finally {
    child.unref();
  }
}

async function waitUntilReady(server: Server, child: ChildProcess, logFile: string): Promise<Running> {
  let spawnError: Error | undefined;
  child.once('error', (error) => {
    spawnError = error;
  });
  for (let turn = 0; turn < startSeconds * 50; turn += 1) {
    const running = findRunning(server.data);
    if (running?.pid === child.pid && running?.status === 'ready') {
      return running;
    }
    if (spawnError || child.exitCode !== null || child.signalCode !== null) {
      break;
    }
    await wait(20);
  }
  child.kill('SIGQUIT');
  throw new Error(`Postgres did not start: ${spawnError?.message ?? fs.readFileSync(logFile, 'utf8').slice(-2000)}`);
}

/** Waits while a server that is found comes up or goes down: it can be adopted only once it is ready. */
async function waitUntilSettled(server: Server): Promise<Running | undefined> {
  for (let turn = 0; turn < startSeconds * 50; turn += 1) {
    const running = findRunning(server.data);
    if (!running || running.status === 'ready') {
      return running;
    }
    await wait(20);
  }
  throw new Error(`The Postgres that runs on ${server.data} neither became ready nor stopped`);
}

async function stop({ data, binaries, account }: Server): Promise<void> {
  if (findRunning(data)) {
    const args = ['stop', '-D', data, '-m', 'fast', '-w', '-t', '60', '-s'];
    await promisify(execFile)(binaries.program('pg_ctl'), args, { ...account, cwd: '/' }).catch((error: unknown) => {
      if (findRunning(data)) throw error; // else somebody who shares it has stopped it at the same moment
    });
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
