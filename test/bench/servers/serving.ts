import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** A module that serves: it listens already, or begins to. */
type Serving = { server: Server } | { port: number };

/** What a process that is measured says of itself; `cpu` in microseconds, `rss` in bytes, since it began. */
export type ProcessUsage = { cpu: number; rss: number };

const asked = path.resolve(process.argv[2]!);
const serving = (await import(asked)) as Serving;
const port = 'server' in serving ? await portOf(serving.server) : serving.port;
process.on('message', (question) => {
  if (question === 'usage') {
    const { user, system } = process.cpuUsage();
    process.send!({ cpu: user + system, rss: process.memoryUsage.rss() } satisfies ProcessUsage);
  }
  if (question === 'stop') process.exit(0);
});
process.on('disconnect', () => process.exit(0));
process.send!({ port });

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}
