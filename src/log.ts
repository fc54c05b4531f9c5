import { type Logger, pino } from 'pino';
import { currentRequestId } from './request-context.ts';

/** The only fields a line may carry: ids, counts, names of our own. Anything else is dropped, so that no person can get in. */
const allowed = new Set([
  'address',
  'attempts',
  'bytes',
  'code',
  'command',
  'count',
  'currency',
  'demo',
  'donationId',
  'durationMs',
  'event',
  'eventId',
  'exportId',
  'job',
  'kind',
  'mailId',
  'method',
  'mode',
  'outcome',
  'port',
  'reason',
  'receiptId',
  'refundId',
  'requestId',
  'route',
  'rows',
  'state',
  'status',
  'step',
  'stripeCode',
  'stripeRequestId',
  'subject',
  'subscriptionId',
  'type',
  'workerId',
]);

/** Facts beside a message; keys outside the allow-list are dropped, `error` becomes its class, code and stack without message. */
export type Facts = Record<string, unknown> & { error?: unknown };

/** Structured lines without personal data; each names the request in whose name the work is done. */
export type Log = {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
};

/** A log that writes JSON lines to `destination` (standard output unless given). */
export function createLog(level: string, destination?: { write(line: string): void }): Log {
  const logger = pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, destination ?? process.stdout);
  return { debug: line(logger, 'debug'), info: line(logger, 'info'), warn: line(logger, 'warn'), error: line(logger, 'error') };
}

/** A log that says nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

function line(logger: Logger, level: 'debug' | 'info' | 'warn' | 'error') {
  return (message: string, facts: Facts = {}) =>
    logger[level](allowedFacts({ requestId: currentRequestId(), ...facts }), message);
}

/** What of `facts` may be written. */
export function allowedFacts({ error, ...facts }: Facts): Record<string, unknown> {
  const kept = Object.fromEntries(Object.entries(facts).filter(([key, value]) => allowed.has(key) && isPlain(value)));
  return error === undefined ? kept : { ...kept, ...describeError(error) };
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
}

/** An error without its message, which may quote what a person wrote: class, code, and where it was thrown. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) {
    return { error: typeof error };
  }
  const code = (error as { code?: unknown }).code;
  const frames = (error.stack ?? '').split('\n').filter((text) => /^\s+at /.test(text));
  return {
    error: error.name,
    ...(typeof code === 'string' && /^[\w-]{1,60}$/.test(code) ? { errorCode: code } : {}),
    at: frames.slice(0, 6).map((text) => text.trim().replace(/\(?file:\/\/.*?\/(src|webhooks|node_modules)\//, '($1/')),
  };
}
