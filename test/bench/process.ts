import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProcessUsage } from './servers/serving.ts';

/** A server as a process of its own. */
export type ServerProcess = {
  url: string;
  port: number;
  /** What it used so far. */
  usage(): Promise<ProcessUsage>;
  stop(): Promise<void>;
};

/** Starts a module of `baselines` or `servers` in a process of its own, with these settings and nothing else of the environment. */
export async function startServer(
  module: string,
  environment: Record<string, string>,
  flags: string[] = [],
): Promise<ServerProcess> {
  const child = fork(here('servers/serving.ts'), [here(module)], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...environment },
    execArgv: flags,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { port } = await answer<{ port: number }>(child);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    usage() {
      child.send('usage');
      return answer<ProcessUsage>(child);
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.send('stop');
      await gone;
    },
  };
}

/** The next thing it says; throws where it ends instead. */
async function answer<Answer>(child: ChildProcess): Promise<Answer> {
  const heard = new AbortController();
  const { signal } = heard;
  try {
    const [said] = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(([code]) => Promise.reject(new Error(`a server ended with ${code}`))),
    ]);
    return said as Answer;
  } finally {
    heard.abort();
  }
}

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
