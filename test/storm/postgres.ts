import fs from 'node:fs';
import path from 'node:path';
import { makeStripeSchema } from '../../scripts/stripe-schema.ts';
import { type Postgres, startPostgres } from '../../src/sandbox/postgres.ts';
import { makeThrowawayFolder } from '../support/throwaway-folder.ts';

/** A Postgres for one storm, thrown away after it. `isSafe`: it keeps its promises through a crash, and is slower. */
export async function openPostgres(options: { isSafe?: boolean } = {}): Promise<Postgres & { folder: string }> {
  await makeStripeSchema(); // what a storm's simulators are held to
  const folder = makeThrowawayFolder('storm', { onDisk: options.isSafe });
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
