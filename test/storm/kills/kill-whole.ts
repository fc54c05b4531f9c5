import fs from 'node:fs';

/**
 * Kills a process and, where the system tells them, all that it has started itself, as a power button does: what Postgres leaves behind
 * may wait for each other for ever, and keep the next one from starting.
 */
export function killWhole(pid: number): void {
  const file = `/proc/${pid}/task/${pid}/children`;
  const children = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : [];
  for (const one of [pid, ...children]) {
    try {
      process.kill(one, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended by itself
    }
  }
}
