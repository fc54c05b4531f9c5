import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A command of ours as a process of its own, and what it printed so far. */
export type Running = { child: ChildProcess; output(): string; exit: Promise<number | null> };

/** Runs `src/main.ts` with only the given environment (and what Node needs). */
export function runMain(args: string[], environment: Record<string, string>): Running {
  const child = spawn(process.execPath, ['src/main.ts', ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (printed += chunk));
  return { child, output: () => printed, exit: once(child, 'close').then(([code]) => code as number | null) };
}
