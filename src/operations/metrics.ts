import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics, Standing } from '../metrics.ts';

const fast = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const slow = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);

/** The metrics of one process, beginning at zero; with Node's own (memory, event loop, garbage collection). */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const measured = createMeasures(registry);
  const showStanding = createGauges(registry);
  return {
    ...measured,
    async render(standing) {
      showStanding(standing);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function createMeasures(registry: Registry): Omit<Metrics, 'render'> {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const timer = <Label extends string>(name: string, help: string, buckets: number[], ...labelNames: Label[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });
  const requests = timer('gratis_http_request_duration_seconds', 'Requests answered.', fast, 'route', 'method', 'status');
  const webhooks = timer('gratis_webhook_duration_seconds', 'Webhooks taken or refused.', fast, 'outcome');
  const events = counter('gratis_inbox_events_ended_total', 'Stored events worked on, by the state they ended in.', 'state');
  const swept = counter('gratis_events_swept_total', 'Events that no webhook had brought, found by asking Stripe.');
  const jobs = timer('gratis_job_duration_seconds', 'Runs of jobs.', slow, 'job', 'outcome');
  const sweeps = timer('gratis_sweep_duration_seconds', 'Runs of what is due by itself.', slow, 'sweep', 'outcome');
  const stripe = timer('gratis_stripe_duration_seconds', 'Questions to Stripe.', fast, 'operation', 'outcome');
  const breaker = new Gauge({
    name: 'gratis_stripe_breaker_state',
    help: '1 for the state in which the breaker between this process and Stripe is: open asks nothing.',
    labelNames: ['state'],
    registers,
  });
  const showBreaker = (now: string) => {
    for (const state of ['closed', 'open', 'half-open']) breaker.set({ state }, state === now ? 1 : 0);
  };
  showBreaker('closed');
  const mails = counter('gratis_mails_total', 'Tries to hand a mail to the mail server.', 'kind', 'outcome');
  const exportRuns = counter('gratis_export_runs_total', 'Exports that ended.', 'report', 'outcome');
  const exportRows = counter('gratis_export_rows_total', 'Rows of exports that were taken whole.', 'report');
  return {
    requestAnswered({ route, method, status }, seconds) {
      const known = knownMethods.has(method) ? method : 'other';
      requests.observe({ route, method: known, status: `${Math.floor(status / 100)}xx` }, seconds);
    },
    webhookAnswered: (outcome, seconds) => webhooks.observe({ outcome }, seconds),
    eventsEnded: (state, count) => events.inc({ state }, count),
    eventsSwept: (count) => swept.inc(count),
    jobEnded: (job, outcome, seconds) => jobs.observe({ job, outcome }, seconds),
    sweepEnded: (sweep, outcome, seconds) => sweeps.observe({ sweep, outcome }, seconds),
    stripeAsked: (operation, outcome, seconds) => stripe.observe({ operation, outcome }, seconds),
    stripeBreakerIs: showBreaker,
    mailEnded: (kind, outcome) => mails.inc({ kind, outcome }),
    exportEnded(report, outcome, rows) {
      exportRuns.inc({ report, outcome });
      exportRows.inc({ report }, Number(rows));
    },
  };
}

/** Gauges that show what the database says now; what it does not say is not shown, rather than shown as it was. */
function createGauges(registry: Registry): (standing: Standing | undefined) => void {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const up = gauge('gratis_database_up', '1 where the database answered this scrape, else 0.');
  const inbox = gauge('gratis_inbox_events', 'Events of Stripe that wait or need a person.', 'state');
  const inboxAge = gauge('gratis_inbox_oldest_seconds', 'Since when the oldest of them is there.', 'state');
  const jobs = gauge('gratis_jobs', 'Jobs in the queue.', 'job', 'state');
  const jobsAge = gauge('gratis_jobs_oldest_seconds', 'Since when the oldest of them could run.', 'job', 'state');
  const mails = gauge('gratis_mails_unsent', 'Mails that are not sent and not given up.');
  const differences = gauge('gratis_differences_open', 'Differences between our books and Stripe that stand open.');
  const alarms = gauge('gratis_alarms_standing', 'What a person must know and was told of.', 'kind');
  return (standing) => {
    up.set(standing ? 1 : 0);
    for (const one of [inbox, inboxAge, jobs, jobsAge, alarms]) one.reset();
    for (const one of [mails, differences]) one.remove();
    if (standing) {
      for (const { state, count, oldestSeconds } of standing.inbox) {
        inbox.set({ state }, count);
        inboxAge.set({ state }, oldestSeconds);
      }
      for (const { job, state, count, oldestSeconds } of standing.jobs) {
        jobs.set({ job, state }, count);
        jobsAge.set({ job, state }, oldestSeconds);
      }
      for (const { kind, count } of standing.alarms) alarms.set({ kind }, count);
      mails.set(standing.unsentMails);
      differences.set(standing.openDifferences);
    }
  };
}
