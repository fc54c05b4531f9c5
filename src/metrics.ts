import type { ErrorCode } from './errors.ts';

/** What became of a webhook: kept and to be worked on, kept before, kept only, refused, or not kept because we could not. */
export type WebhookOutcome = 'stored' | 'duplicate' | 'ignored' | 'refused' | 'failed';

/** What the database says of what waits: rows of a few kinds, each with the age of its oldest. */
export type Standing = {
  readonly inbox: readonly { state: string; count: number; oldestSeconds: number }[];
  readonly jobs: readonly { job: string; state: string; count: number; oldestSeconds: number }[];
  readonly unsentMails: number;
  readonly openDifferences: number;
  readonly alarms: readonly { kind: string; count: number }[];
};

/**
 * What is counted and timed while the service works. Every name that is handed in is one of ours out of a short list (a route, a job,
 * a state): never an id, an address or anything a person wrote. Durations are in seconds.
 */
export type Metrics = {
  /** `route` is the name in the contract, without its method; `none` where there is none. */
  requestAnswered(about: { route: string; method: string; status: number }, seconds: number): void;
  webhookAnswered(outcome: WebhookOutcome, seconds: number): void;
  /** Stored events that have been worked on. */
  eventsEnded(state: 'done' | 'gone' | 'dead', count: number): void;
  /** Events that no webhook had brought. */
  eventsSwept(count: number): void;
  jobEnded(job: string, outcome: 'done' | 'failed' | 'given-up', seconds: number): void;
  sweepEnded(sweep: string, outcome: 'done' | 'failed', seconds: number): void;
  stripeAsked(operation: string, outcome: 'answered' | 'failed' | ErrorCode, seconds: number): void;
  /** Whether this process asks Stripe at all: not while the breaker is open. */
  stripeBreakerIs(state: 'closed' | 'open' | 'half-open'): void;
  mailEnded(kind: string, outcome: 'sent' | 'refused' | 'failed' | 'given-up'): void;
  exportEnded(report: string, outcome: 'finished' | 'failed', rows: bigint): void;
  /** All of it in Prometheus' text format; `standing` is undefined where the database did not answer. */
  render(standing: Standing | undefined): Promise<{ contentType: string; text: string }>;
};

/** Counts nothing. */
export const silentMetrics: Metrics = {
  requestAnswered() {},
  webhookAnswered() {},
  eventsEnded() {},
  eventsSwept() {},
  jobEnded() {},
  sweepEnded() {},
  stripeAsked() {},
  stripeBreakerIs() {},
  mailEnded() {},
  exportEnded() {},
  render: async () => ({ contentType: 'text/plain; charset=utf-8', text: '' }),
};
