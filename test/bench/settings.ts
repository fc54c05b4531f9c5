import { webhookSecret } from './webhooks.ts';

/** The service's environment in a bench, as in production but for what it is connected to; jobs are off unless said. */
export function serviceSettings(given: Record<string, string>): Record<string, string> {
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    PUBLIC_URL: 'http://127.0.0.1',
    STRIPE_SECRET_KEY: 'sk_test_123456789012345678901234',
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_API_BASE: 'http://127.0.0.1:1',
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'The Harbour Light <hello@harbour.example>',
    SESSION_SECRET: 'a-secret-of-benches-that-is-long-enough-to-be-taken',
    SITE_ORIGINS: 'https://www.example.org',
    TRUST_PROXY: '1',
    JOBS: 'off',
    ...given,
  };
}
