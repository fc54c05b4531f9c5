import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findRunning } from '../../src/sandbox/postgres-cluster.ts';
import { isAlive } from '../../src/sandbox/processes.ts';

/** A file system in memory, as Linux has it: a database, some four hundred files, is copied there in a tenth of the time. */
const memory = '/dev/shm';
const enoughBytes = 2 * 1024 ** 3;

/** Makes a folder for a Postgres that is thrown away with this process, called by what it is for. `onDisk`: never in memory. */
export function makeThrowawayFolder(kind: string, { onDisk = false } = {}): string {
  removeLeftOvers(kind);
  const place = onDisk || !hasRoom() ? os.tmpdir() : memory;
  const folder = fs.mkdtempSync(path.join(place, `gratis-${kind}-${process.pid}-`));
  fs.chmodSync(folder, 0o755); // where the tests run as root, Postgres runs as somebody else
  return folder;
}

function hasRoom(): boolean {
  if (process.platform !== 'linux' || !fs.existsSync(memory)) return false;
  const { bavail, bsize } = fs.statfsSync(memory);
  return bavail * bsize >= enoughBytes;
}

/** Ends and deletes what a process left that was killed before it could. */
function removeLeftOvers(kind: string): void {
  for (const place of [os.tmpdir(), memory].filter((one) => fs.existsSync(one))) {
    for (const name of fs.readdirSync(place)) {
      const owner = new RegExp(`^gratis-${kind}-(\\d+)-`).exec(name)?.[1];
      if (owner && !isAlive(Number(owner))) remove(path.join(place, name));
    }
  }
}

function remove(folder: string): void {
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const running = findRunning(path.join(folder, 'postgres'));
  try {
    if (running) process.kill(running.pid, 'SIGQUIT');
    fs.rmSync(folder, { recursive: true, force: true });
  } catch {
    // it belongs to another account, or another run was faster: not ours to delete
  }
}
