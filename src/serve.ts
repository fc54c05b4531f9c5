import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import { createPatientServer } from './http/patient-server.ts';
import type { LiveServices } from './live-services.ts';
import { claimMode } from './operations/claim-mode.ts';
import { startWorker, type Worker } from './worker.ts';

/** A service that answers, with its own jobs unless they run elsewhere. */
export type RunningService = {
  readonly port: number;
  readonly worker: Worker | undefined;
  /** Requests in flight finish, jobs are given back, connections close; bounded by 25 seconds. Safe twice. */
  stop(): Promise<void>;
};

const stopSeconds = 25;

/** Listens and starts the jobs. Throws where the database belongs to the other Stripe mode or the port is taken. */
export async function startService(live: LiveServices): Promise<RunningService> {
  await claimMode(live).catch((error) => live.close().then(() => Promise.reject(error)));
  const worker = live.config.runJobs ? startWorker(live) : undefined;
  const server = await listen(live, worker).catch(async (error) => {
    await worker?.stop();
    await live.close();
    throw error;
  });
  let stopped: Promise<void> | undefined;
  const { port } = server.address() as AddressInfo;
  live.log.info('the service answers', {
    port,
    mode: live.config.stripe.livemode ? 'live' : 'test',
    demo: live.config.demo !== undefined,
  });
  return {
    port,
    worker,
    stop: () => {
      stopped ??= Promise.all([closeServer(server), worker?.stop()]).then(() => live.close());
      return stopped;
    },
  };
}

function listen(live: LiveServices, worker: Worker | undefined): Promise<Server> {
  const app = createApp(live, { onStored: () => worker?.wake() });
  return new Promise((resolve, reject) => {
    const server = createPatientServer(app).listen(live.config.port, live.config.host);
    server.once('listening', () => resolve(server));
    server.once('error', reject);
  });
}

/** Connections that are kept alive end with the answer they wait for: a client that goes on asking would hold the process for ever. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const tidy = setInterval(() => server.closeIdleConnections(), 50);
    const end = setTimeout(() => server.closeAllConnections(), stopSeconds * 1000);
    server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
    server.close(() => {
      clearInterval(tidy);
      clearTimeout(end);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Stops on the first SIGINT, SIGTERM or SIGHUP and exits 0; a second one changes nothing. */
export function endWith(running: Pick<RunningService, 'stop'>, after: () => Promise<void> = async () => {}): void {
  const end = () =>
    void running
      .stop()
      .then(after)
      .then(
        () => process.exit(0),
        (error) => {
          console.error(error);
          process.exit(1);
        },
      );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}
