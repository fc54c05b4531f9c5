import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Account, assertOwnedBy, type Binaries, canReach, spareFolderFor } from './postgres-binaries.ts';
import { commandOf, isAlive } from './processes.ts';

/** What a running Postgres writes down about itself: where it listens, and how far it has come. */
export type Running = { pid: number; port: number; status: string };

const movedNote = 'moved-to';
const passwordFile = 'gratis.password'; // inside the data folder, so that both live and go together

/**
 * The folder that really holds the data: `dir`, or where the Postgres account cannot get there, a folder it can
 * reach and that `dir` points to. Deleting `dir` gives up that other folder as well.
 */
export function placeCluster(dir: string, account: Account, log: (message: string) => void): string {
  fs.mkdirSync(path.dirname(dir), { recursive: true });
  if (canReach(account, path.dirname(dir))) {
    return dir;
  }
  const place = spareFolderFor('postgres-data', dir);
  const note = path.join(dir, movedNote);
  if (fs.existsSync(place)) {
    assertOwnedBy(place, [account?.uid, process.getuid?.()]);
  }
  if (!fs.existsSync(note)) {
    const leftOver = findRunning(place);
    if (leftOver) {
      process.kill(leftOver.pid, 'SIGQUIT');
    }
    fs.rmSync(place, { recursive: true, force: true });
    fs.mkdirSync(dir, { recursive: true });
    fs.writeFileSync(note, `${place}\n`);
    log(`Postgres's account cannot reach ${dir}: its data is in ${place}`);
  }
  return place;
}

/** Makes an empty cluster in `data` unless there is one, and refuses one of another major version. */
export function ensureCluster(data: string, binaries: Binaries, account: Account, test: boolean): void {
  const versionFile = path.join(data, 'PG_VERSION');
  if (fs.existsSync(versionFile)) {
    const major = fs.readFileSync(versionFile, 'utf8').trim();
    if (major !== binaries.major) {
      const way = `Move that folder away to start empty, or bring the data over with pg_dump of version ${major}.`;
      throw new Error(`The data in ${data} is of Postgres ${major}, and this is Postgres ${binaries.major}. ${way}`);
    }
    return;
  }
  if (fs.existsSync(data) && fs.readdirSync(data).length > 0) {
    throw new Error(`${data} is not empty and holds no Postgres data`);
  }
  const unfinished = `${data}.new`; // a start that is cut off leaves no half-made cluster
  fs.rmSync(unfinished, { recursive: true, force: true });
  fs.mkdirSync(unfinished, { mode: 0o700 });
  giveTo(account, unfinished);
  initialise(unfinished, binaries, account, test);
  fs.rmSync(data, { recursive: true, force: true });
  fs.renameSync(unfinished, data);
}

/** The password of the cluster's superuser `postgres`. */
export function readPassword(data: string): string {
  return fs.readFileSync(path.join(data, passwordFile), 'utf8');
}

/**
 * The Postgres that runs on `data`, if one does. Process ids are used again, so its note is believed only if that
 * process really is a Postgres on this folder; a note that another process now stands behind is removed, because
 * Postgres itself would take it for a running server and refuse to start.
 */
export function findRunning(data: string): Running | undefined {
  const note = path.join(data, 'postmaster.pid');
  const lines = readIfThere(note)
    ?.split('\n')
    .map((line) => line.trim());
  const pid = Number(lines?.[0]);
  if (!lines || !pid || !isAlive(pid)) {
    return undefined;
  }
  const command = commandOf(pid);
  if (!command.includes('postgres') || !command.includes(`-D ${data} `)) {
    fs.rmSync(note, { force: true });
    return undefined;
  }
  return { pid, port: Number(lines[3]), status: lines[7] ?? 'starting' };
}

/** Hands a file or folder to the account that Postgres runs as. */
export function giveTo(account: Account, file: string): void {
  if (account) {
    fs.chownSync(file, account.uid, account.gid);
  }
}

function initialise(data: string, binaries: Binaries, account: Account, test: boolean): void {
  const password = randomBytes(18).toString('base64url');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gratis-initdb-'));
  const file = path.join(folder, 'password');
  try {
    fs.writeFileSync(file, password, { mode: 0o600 });
    giveTo(account, file);
    giveTo(account, folder);
    const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    const access = ['-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', file];
    const result = spawnSync(binaries.program('initdb'), ['-D', data, ...access, ...locale, ...(test ? ['--no-sync'] : [])], {
      ...account,
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      encoding: 'utf8',
    });
    if (result.status !== 0) {
      throw new Error(`initdb failed: ${result.error?.message ?? result.stderr}`);
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  fs.writeFileSync(path.join(data, passwordFile), password, { mode: 0o600 });
}

function readIfThere(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
