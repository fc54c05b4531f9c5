import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Postgres, startPostgres } from '../../src/sandbox/postgres.ts';

/** A Postgres for one storm, thrown away after it. `isSafe`: it keeps its promises through a crash, and is slower. */
export async function openPostgres(options: { isSafe?: boolean } = {}): Promise<Postgres & { folder: string }> {
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
