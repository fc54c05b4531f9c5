import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeStripeSchema } from '../../scripts/stripe-schema.ts';
import { type Postgres, startPostgres } from '../../src/sandbox/postgres.ts';
import { findRunning } from '../../src/sandbox/postgres-cluster.ts';
import { isAlive } from '../../src/sandbox/processes.ts';

/** A Postgres for one storm, thrown away after it. `isSafe`: it keeps its promises through a crash, and is slower. */
export async function openPostgres(options: { isSafe?: boolean } = {}): Promise<Postgres & { folder: string }> {
  await makeStripeSchema(); // what a storm's simulators are held to
  removeLeftOvers();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `gratis-storm-${process.pid}-`));
  fs.chmodSync(folder, 0o755); // where the storm runs as root, Postgres runs as somebody else
  const settings = { max_connections: '300', ...(options.isSafe && { shared_buffers: '64MB' }) };
  const postgres = await startPostgres({ dir: path.join(folder, 'postgres'), test: !options.isSafe, settings });
  return {
    ...postgres,
    folder,
    async stop() {
      await postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ends and deletes what a storm left that was killed before it could. */
function removeLeftOvers(): void {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const owner = /^gratis-storm-(\d+)-/.exec(name)?.[1];
    if (!owner || isAlive(Number(owner))) continue;
    const folder = path.join(os.tmpdir(), name);
    if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue;
    const running = findRunning(path.join(folder, 'postgres'));
    try {
      if (running) process.kill(running.pid, 'SIGQUIT');
      fs.rmSync(folder, { recursive: true, force: true });
    } catch {
      // it belongs to another account, or another storm was faster: not ours to delete
    }
  }
}
