import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Config, loadConfig } from './config.ts';
import { migrate } from './db/migrate.ts';
import { newSecret } from './id.ts';
import { createLiveServices, type LiveServices } from './live-services.ts';
import type { Log } from './log.ts';
import { type RunningService, startService } from './serve.ts';
import { setupAccount } from './setup.ts';
import { createApiKey } from './staff/create-api-key.ts';

/** What the sandbox brought up; the service knows it only by these addresses. */
export type SandboxAddresses = {
  databaseUrl: string;
  stripe: { url: string; secretKey: string; now(): Date };
  mailbox: { url: string; smtpUrl: string };
  site: { url: string; articles: { title: string; url: string }[] };
};

export type Demo = RunningService & { facts: Record<string, unknown> };

type Kept = { sessionSecret: string; webhookSecret?: string; financeKey?: string };

/** How the demo is to run. */
export type DemoOptions = {
  dataDir: string;
  port: number;
  host: string;
  /** Who is told what a person must know; all mail of the demo is in its mailbox. */
  adminEmails: string;
  log: Log;
};

/** Starts the service of a newsroom on this machine over a sandbox that is up; what it must remember stays in `dataDir`. */
export async function startDemo(sandbox: SandboxAddresses, options: DemoOptions): Promise<Demo> {
  const publicUrl = `http://127.0.0.1:${options.port}`;
  const kept = readKept(options.dataDir);
  const { webhookSecret } = await setupAccount({
    secretKey: sandbox.stripe.secretKey,
    apiBase: sandbox.stripe.url,
    publicUrl,
    newsroomName: demoNewsroom(sandbox).name,
    renewEndpoint: kept.webhookSecret === undefined,
  });
  kept.webhookSecret = webhookSecret ?? kept.webhookSecret;
  const facts: Record<string, unknown> = {};
  const config = demoConfig(sandbox, options, publicUrl, kept, facts);
  const live = createLiveServices(config, { clock: { now: () => sandbox.stripe.now() }, log: options.log });
  await migrate(live.pool);
  kept.financeKey ??= (await createApiKey(live, { name: 'Demo', role: 'finance' })).key;
  writeKept(options.dataDir, kept);
  Object.assign(facts, toFacts(sandbox, publicUrl, kept));
  return { ...(await startService(live as LiveServices)), facts };
}

function toFacts(sandbox: SandboxAddresses, publicUrl: string, kept: Kept): Record<string, unknown> {
  return {
    service: publicUrl,
    stripe: sandbox.stripe.url,
    stripe_secret_key: sandbox.stripe.secretKey,
    webhook_secret: kept.webhookSecret,
    mailbox: sandbox.mailbox.url,
    article: sandbox.site.articles[0]?.url,
    admin_login: null,
    finance_key: kept.financeKey,
    database: sandbox.databaseUrl,
  };
}

function demoConfig(
  sandbox: SandboxAddresses,
  options: DemoOptions,
  publicUrl: string,
  kept: Kept,
  facts: Record<string, unknown>,
): Config {
  const site = new URL(sandbox.site.url);
  return loadConfig(
    {
      PORT: String(options.port),
      HOST: options.host,
      PUBLIC_URL: publicUrl,
      DATABASE_URL: sandbox.databaseUrl,
      STRIPE_SECRET_KEY: sandbox.stripe.secretKey,
      STRIPE_WEBHOOK_SECRET: kept.webhookSecret,
      STRIPE_API_BASE: sandbox.stripe.url,
      SMTP_URL: sandbox.mailbox.smtpUrl,
      ADMIN_EMAILS: options.adminEmails,
      MAIL_FROM: `${demoNewsroom(sandbox).name} <hello@harbour-light.example>`,
      SESSION_SECRET: kept.sessionSecret,
      SITE_ORIGINS: [site.origin, `http://localhost:${site.port}`].join(','),
    },
    () => JSON.stringify(demoNewsroom(sandbox)),
    facts,
  );
}

function demoNewsroom(sandbox: SandboxAddresses): { name: string } & Record<string, unknown> {
  const example = JSON.parse(readFileSync(new URL('../newsroom.example.json', import.meta.url), 'utf8'));
  return { ...example, homepage: sandbox.site.url, other_articles: sandbox.site.articles, links: {} };
}

function readKept(dataDir: string): Kept {
  try {
    return JSON.parse(readFileSync(path.join(dataDir, 'demo.json'), 'utf8')) as Kept;
  } catch {
    return { sessionSecret: newSecret(32) };
  }
}

function writeKept(dataDir: string, kept: Kept): void {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(path.join(dataDir, 'demo.json'), JSON.stringify(kept, null, 2), { mode: 0o600 });
}

/** What is printed once it is ready. */
export function greetingOf(facts: Record<string, unknown>): string {
  return [
    '',
    'Gratis is ready. This is a demo: no real money moves.',
    `  Read an article and give    ${facts.article}`,
    `  Read the mail               ${facts.mailbox}`,
    `  The service                 ${facts.service}`,
    `  Stripe, simulated           ${facts.stripe}`,
    `  The books, as a file        curl -H 'Authorization: Bearer ${facts.finance_key}' ${facts.service}/v1/exports/donations`,
    '',
  ].join('\n');
}
