import { AppError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { StripeGateway } from './gateway.ts';

type Ask = (...parts: unknown[]) => Promise<unknown>;

/** The same gateway, with every question counted and timed under its name and how it went. */
export function measureGateway(gateway: StripeGateway, metrics: Metrics): StripeGateway {
  const measured = Object.entries(gateway).map(([operation, ask]) => [operation, measure(operation, ask as Ask, metrics)]);
  return Object.fromEntries(measured) as StripeGateway;
}

function measure(operation: string, ask: Ask, metrics: Metrics): Ask {
  return async (...parts) => {
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    try {
      const answer = await ask(...parts);
      metrics.stripeAsked(operation, 'answered', seconds());
      return answer;
    } catch (error) {
      metrics.stripeAsked(operation, error instanceof AppError ? error.code : 'failed', seconds());
      throw error;
    }
  };
}
