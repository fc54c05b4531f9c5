import { z } from 'zod';
import { type Newsroom, parseNewsroom } from './newsroom.ts';

/** The settings of one process, checked. */
export type Config = {
  readonly port: number;
  readonly host: string;
  /** Where readers and Stripe reach the service; no slash at the end. */
  readonly publicUrl: string;
  readonly databaseUrl: string;
  readonly databaseReplicaUrl: string | undefined;
  readonly stripe: { secretKey: string; webhookSecrets: string[]; apiBase: string | undefined; livemode: boolean };
  readonly mail: { smtpUrl: string; from: string };
  readonly sessionSecret: string;
  /** Origins of the publisher's pages; `publicUrl`'s own is always among those that may write. */
  readonly siteOrigins: string[];
  readonly adminEmails: string[];
  readonly logLevel: string;
  readonly trustProxy: number;
  readonly runJobs: boolean;
  readonly newsroom: Newsroom;
  /** Answered at /sandbox.json; only a newsroom started by `npm start` has it. */
  readonly demo: Record<string, unknown> | undefined;
};

/** Names every setting that is missing or malformed, never a value. */
export class ConfigError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`settings are missing or malformed:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const list = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
const isAddress = (text: string) => /^[^\s<>,;:"()@[\]\\\p{Cc}]+@[^\s<>,;:"()@\\\p{Cc}]+$/u.test(text);
const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
const text = (what: string) => z.string({ error: what }).min(1, what);

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default('0.0.0.0'),
  PUBLIC_URL: webAddress.refine(
    (url) => URL.canParse(url) && new URL(url).pathname === '/' && !new URL(url).search,
    'must have no path',
  ),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }),
  DATABASE_REPLICA_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }).optional(),
  STRIPE_SECRET_KEY: text('is needed').regex(/^(sk|rk)_(test|live)_\w+$/, 'must be a secret or restricted key of Stripe'),
  STRIPE_WEBHOOK_SECRET: text('is needed (npm run setup prints it)')
    .transform(list)
    .refine((all) => all.length > 0 && all.every((one) => /^whsec_/.test(one)), 'must be whsec_…, several separated by commas'),
  STRIPE_API_BASE: webAddress.optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// address' }),
  MAIL_FROM: text('is needed').regex(/^[^\r\n\0]*@[^\r\n\0]+$/, 'must be an address such as Newsroom <hello@example.org>'),
  SESSION_SECRET: text('is needed').min(32, 'must have at least 32 characters'),
  SITE_ORIGINS: text('is needed')
    .transform(list)
    .refine(
      (all) => all.length > 0 && all.every(isOrigin),
      'must be origins such as https://www.example.org, separated by commas',
    ),
  ADMIN_EMAILS: z
    .string()
    .default('')
    .transform(list)
    .refine((all) => all.every(isAddress), 'must be e-mail addresses, separated by commas'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
  JOBS: z.enum(['on', 'off']).default('on'),
  NEWSROOM_FILE: z.string().default('newsroom.json'),
});

/** Reads the settings; throws a ConfigError that names all that is wrong at once. `readFile` gives the newsroom file's text. */
export function loadConfig(
  env: Record<string, string | undefined>,
  readFile: (path: string) => string,
  demo?: Config['demo'],
): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${sayProblem(issue.message, given[String(issue.path[0])])}`);
  const newsroom = loadNewsroom(given.NEWSROOM_FILE ?? 'newsroom.json', readFile, problems);
  if (!parsed.success || !newsroom) {
    throw new ConfigError(problems);
  }
  const settings = parsed.data;
  return {
    port: settings.PORT,
    host: settings.HOST,
    publicUrl: new URL(settings.PUBLIC_URL).origin,
    databaseUrl: settings.DATABASE_URL,
    databaseReplicaUrl: settings.DATABASE_REPLICA_URL,
    stripe: {
      secretKey: settings.STRIPE_SECRET_KEY,
      webhookSecrets: settings.STRIPE_WEBHOOK_SECRET,
      apiBase: settings.STRIPE_API_BASE,
      livemode: settings.STRIPE_SECRET_KEY.includes('_live_'),
    },
    mail: { smtpUrl: settings.SMTP_URL, from: settings.MAIL_FROM },
    sessionSecret: settings.SESSION_SECRET,
    siteOrigins: settings.SITE_ORIGINS,
    adminEmails: settings.ADMIN_EMAILS,
    logLevel: settings.LOG_LEVEL,
    trustProxy: settings.TRUST_PROXY,
    runJobs: settings.JOBS === 'on',
    newsroom,
    demo,
  };
}

function loadNewsroom(path: string, readFile: (path: string) => string, problems: string[]): Newsroom | undefined {
  let json: unknown;
  try {
    json = JSON.parse(readFile(path));
  } catch (error) {
    problems.push(`NEWSROOM_FILE ${error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'}`);
    return undefined;
  }
  const result = parseNewsroom(json);
  if ('problems' in result) {
    problems.push(...result.problems.map((problem) => `NEWSROOM_FILE ${problem}`));
    return undefined;
  }
  return result.newsroom;
}

function sayProblem(message: string, value: string | undefined): string {
  return value === undefined ? 'is needed' : message;
}
