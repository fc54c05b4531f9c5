import type { Answer } from './service.ts';
import { say, type Visit } from './visit.ts';

/** A request that did not get what it wanted. */
export type Failure = Extract<Answer<unknown>, { ok: false }>;

/** What to tell the reader about a failure, in words; what the service says of single fields comes with it. */
export function failureText(visit: Visit, failure: Failure): string {
  const { status, problem, retryAfterSeconds } = failure;
  if (status === 0) {
    return say(visit, 'offline');
  }
  if (status === 429 || status >= 500) {
    const key = status === 429 ? 'too_many' : 'unavailable';
    return retryAfterSeconds
      ? say(visit, `${key}_wait`, { wait: inWords(retryAfterSeconds, visit.config.locale) })
      : say(visit, key);
  }
  const details = problem.errors?.map((error) => error.detail) ?? [problem.detail ?? problem.title ?? ''];
  return [say(visit, 'refused'), ...details].join(' ');
}

/** What the service says of one field (`/amount`), if anything. */
export function fieldError(failure: Failure, pointer: string): string | undefined {
  return failure.problem.errors?.find((error) => error.pointer.replace(/^#/, '') === pointer)?.detail;
}

function inWords(seconds: number, locale: string): string {
  const [count, unit] = seconds < 90 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}
