import { readFileSync } from 'node:fs';
import { type Config, loadConfig } from '../../src/config.ts';

const example = new URL('../../newsroom.example.json', import.meta.url);

/** Settings of a newsroom for tests; `newsroom` is laid over the example's file, `environment` over the usual variables. */
export function testConfig(environment: Record<string, string> = {}, newsroom: Record<string, unknown> = {}): Config {
  const file = { ...JSON.parse(readFileSync(example, 'utf8')), ...newsroom };
  return loadConfig(
    {
      PORT: '0',
      HOST: '127.0.0.1',
      PUBLIC_URL: 'http://127.0.0.1:3000',
      DATABASE_URL: 'postgres://postgres@127.0.0.1:1/none',
      STRIPE_SECRET_KEY: 'sk_test_123456789012345678901234',
      STRIPE_WEBHOOK_SECRET: 'whsec_test',
      STRIPE_API_BASE: 'http://127.0.0.1:1',
      SMTP_URL: 'smtp://127.0.0.1:1',
      MAIL_FROM: 'The Harbour Light <hello@harbour.example>',
      SESSION_SECRET: 'a-secret-of-tests-that-is-long-enough-to-be-taken',
      SITE_ORIGINS: 'https://www.example.org',
      LOG_LEVEL: 'silent',
      ...environment,
    },
    () => JSON.stringify(file),
  );
}
