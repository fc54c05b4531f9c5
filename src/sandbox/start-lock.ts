import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { now } from './clock.ts';
import { isAlive } from './processes.ts';

const heldHere = new Set<string>();

/**
 * Does `work` while no other process of this machine does work under the same lock file, and waits for its turn.
 * A lock whose holder is gone, or that is older than `longestSeconds` (its process id may stand for another by now),
 * is taken over. Throws after waiting twice that long.
 */
export async function withLock<Result>(file: string, longestSeconds: number, work: () => Promise<Result>): Promise<Result> {
  const mine = `${process.pid} ${randomUUID()}`;
  for (let turn = 0; !take(file, mine); turn += 1) {
    if (turn > longestSeconds * 40) {
      throw new Error(`${file} is held by another start that does not end`);
    }
    removeIfStale(file, longestSeconds);
    await wait(50);
  }
  heldHere.add(mine);
  try {
    return await work();
  } finally {
    heldHere.delete(mine);
    if (read(file) === mine) {
      fs.rmSync(file, { force: true });
    }
  }
}

/** Makes the lock appear with its content at once: a link to a finished file. */
function take(file: string, mine: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  fs.writeFileSync(draft, mine);
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    fs.rmSync(draft);
  }
}

function removeIfStale(file: string, longestSeconds: number): void {
  const holder = read(file);
  const age = fs.statSync(file, { throwIfNoEntry: false });
  if (!holder || !age) {
    return;
  }
  const pid = Number.parseInt(holder, 10);
  const isHeld = pid === process.pid ? heldHere.has(holder) : isAlive(pid);
  if (isHeld && now().getTime() - age.mtimeMs < longestSeconds * 1000) {
    return;
  }
  const aside = `${file}.${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
    if (read(aside) !== holder) {
      fs.linkSync(aside, file); // somebody took it over between the two looks: give it back
    }
    fs.rmSync(aside);
  } catch {
    // another waiter was faster; the next turn looks again
  }
}

function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
