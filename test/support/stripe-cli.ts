import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

/** Path of the official Stripe CLI for this machine; undefined where its package is not installed. */
export function findStripeCli(): string | undefined {
  const { platform, arch } = process;
  try {
    const home = path.dirname(require.resolve(`@stripe/cli-${platform}-${arch}/package.json`));
    return path.join(home, 'bin', platform === 'win32' ? 'stripe.exe' : 'stripe');
  } catch {
    return undefined;
  }
}

/**
 * Runs `stripe trigger` against an API on this machine, with a home folder that is thrown away and nothing of the account of whoever runs the
 * tests. The proxy that nobody listens on keeps it from looking for newer versions. Some of its triggers still send what the newest API
 * version refuses, hence the older one.
 */
export function runTrigger(cli: string, home: string, event: string, apiBase: string): Promise<{ code: number; output: string }> {
  const args = ['trigger', event, '--api-base', apiBase, '--api-version', '2026-08-26.dahlia'];
  const env = {
    HOME: home,
    STRIPE_CLI_TELEMETRY_OPTOUT: '1',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    STRIPE_API_KEY: 'sk_test_123456789012345678901234',
  };
  return new Promise((resolve) => {
    execFile(cli, args, { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` });
    });
  });
}
