import path from 'node:path';
import { claimDataFolder } from './data-folder.ts';
import { startMailbox } from './mailbox.ts';
import { findPort } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { startSite } from './site.ts';
import { startStripeSimulator } from './stripe/simulator.ts';

export type SandboxOptions = {
  /** Holds everything that is kept between starts. */
  dataDir: string;
  /** The service's own port; what has no port of its own gets the next free ones. */
  port: number;
  /** A port, or 0 for any free one. */
  simulatorPort?: string | number;
  /** Of the mailbox's page. */
  mailPort?: string | number;
  sitePort?: string | number;
  /** Where readers' browsers find the service. */
  serviceUrl: string;
  log: (message: string) => void;
};

/** A newsroom's surroundings on this machine, for the service to be pointed at. */
export type Sandbox = {
  databaseUrl: string;
  stripe: { url: string; secretKey: string; now(): Date };
  mailbox: { url: string; smtpUrl: string };
  site: { url: string; articles: { title: string; url: string }[] };
  /** Stops everything; safe to call twice. */
  close(): Promise<void>;
};

type Part = { close(): Promise<void> };

/** Brings up Postgres, a Stripe, a mailbox and a newspaper. Throws, with nothing left running, if one does not come up. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dataDir, serviceUrl, log } = options;
  const ports = await choosePorts(options);
  const release = claimDataFolder(dataDir);
  const [database, stripe, mailbox, site] = await startAll(
    [
      startPostgres({ dir: path.join(dataDir, 'postgres'), log }).then(({ url, stop }) => ({ url, close: stop })),
      startStripeSimulator({
        port: ports.simulator,
        stateFile: path.join(dataDir, 'stripe.json'),
        brandName: 'The Harbour Light',
      }),
      startMailbox({ httpPort: ports.mail, stateFile: path.join(dataDir, 'mail.jsonl') }),
      startSite({ port: ports.site, serviceUrl }),
    ],
    release,
  );
  let closed: Promise<void> | undefined;
  return {
    databaseUrl: database.url,
    stripe: { url: stripe.url, secretKey: stripe.secretKey, now: () => stripe.now() },
    mailbox: { url: mailbox.url, smtpUrl: mailbox.smtpUrl },
    site: { url: site.url, articles: site.articles },
    close: () => {
      closed ??= closeAll([site, mailbox, stripe, database]).finally(release);
      return closed;
    },
  };
}

async function choosePorts({ port, simulatorPort, mailPort, sitePort }: SandboxOptions) {
  const simulator = await findPort(simulatorPort, port + 1);
  const mail = await findPort(mailPort, port + 1, [simulator]);
  const site = await findPort(sitePort, port + 1, [simulator, mail]);
  return { simulator, mail, site };
}

async function startAll<Parts extends Part[]>(
  starts: { [Index in keyof Parts]: Promise<Parts[Index]> },
  release: () => void,
): Promise<Parts> {
  try {
    return (await Promise.all(starts)) as Parts;
  } catch (error) {
    const results = await Promise.allSettled(starts as Promise<Part>[]);
    await closeAll(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
    release();
    throw error;
  }
}

async function closeAll(parts: Part[]): Promise<void> {
  await Promise.all(parts.map((part) => part.close()));
}
