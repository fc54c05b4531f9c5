import type { ErrorRequestHandler, Express, Request } from 'express';
import { AppError, type ErrorCode } from '../errors.ts';
import type { Services } from '../services.ts';
import { refuseUnlessAdmin } from './authenticate.ts';
import { type HeaderClass, headersOf } from './headers.ts';
import { localeOf } from './locale.ts';
import { answerOtherMethods } from './other-methods.ts';
import { problemPage } from './pages/problem-page.ts';
import { type Reply, sendReply, toJson } from './reply.ts';
import { requestIdOf } from './request-id.ts';
import { toAppError } from './to-app-error.ts';

/** Every error a client can meet; a code without an entry here does not compile. */
export const problems = {
  'invalid-input': { status: 400, title: 'Invalid input' },
  'body-too-large': { status: 413, title: 'Body too large' },
  'body-not-readable': { status: 400, title: 'Body not readable' },
  'media-type-not-supported': { status: 415, title: 'Media type not supported' },
  unauthorized: { status: 401, title: 'Credentials missing or wrong' },
  forbidden: { status: 403, title: 'Not allowed with these credentials' },
  'origin-not-allowed': { status: 403, title: 'Origin not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'donation-not-found': { status: 404, title: 'Donation not found' },
  'subscription-not-found': { status: 404, title: 'Subscription not found' },
  'donor-not-found': { status: 404, title: 'Donor not found' },
  'payout-not-found': { status: 404, title: 'Payout not found' },
  'recurring-gifts-run': { status: 409, title: 'Recurring gifts still run' },
  'refund-exceeds-donation': { status: 409, title: 'Refund exceeds donation' },
  'request-not-possible': { status: 422, title: 'Not possible as asked for' },
  'article-not-allowed': { status: 400, title: 'Article not allowed' },
  'link-not-valid': { status: 404, title: 'Link not valid' },
  'idempotency-key-missing': { status: 400, title: 'Idempotency-Key missing or malformed' },
  'idempotency-key-reused': { status: 422, title: 'Idempotency-Key reused' },
  'request-in-progress': { status: 409, title: 'Request in progress' },
  'attempt-already-paid': { status: 409, title: 'Attempt already paid' },
  'signature-not-valid': { status: 400, title: 'Signature not valid' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'proof-needed': { status: 429, title: 'Proof of work needed' },
  'giving-is-paused': { status: 503, title: 'Giving is paused' },
  'stripe-unavailable': { status: 503, title: 'Payment service unavailable' },
  'stripe-refused': { status: 502, title: 'Payment service refused' },
  'stripe-object-gone': { status: 502, title: 'Payment service has lost it' },
  'stripe-value-unknown': { status: 502, title: 'Payment service said something new' },
  'database-unavailable': { status: 503, title: 'Database unavailable' },
  'not-ready': { status: 503, title: 'Not ready' },
  'export-not-found': { status: 404, title: 'Export not found' },
  'export-not-possible': { status: 422, title: 'Export not possible as asked for' },
  unexpected: { status: 500, title: 'Unexpected error' },
} as const satisfies Record<ErrorCode, { status: number; title: string }>;

/** Problem details (RFC 9457) for an error. `type` is an address under PUBLIC_URL that ends with the error's code. */
export function toProblemReply(error: AppError, about: { publicUrl: string; requestId: string }): Reply {
  const { status, title } = problems[error.code];
  const body = {
    type: `${about.publicUrl}/problems/${error.code}`,
    title,
    status,
    detail: error.message,
    instance: `urn:gratis:request:${about.requestId}`,
    ...(error.errors && { errors: error.errors }),
    ...error.extension,
  };
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json; charset=utf-8', ...headersOfError(error) },
    body: toJson(body),
  };
}

/** The headers that go with an error, in whatever form it is told. */
export function headersOfError(error: AppError): Record<string, string> {
  return {
    'Cache-Control': 'no-store',
    ...(error.retryAfterSeconds !== undefined && { 'Retry-After': String(Math.max(1, Math.ceil(error.retryAfterSeconds))) }),
    ...(error.code === 'unauthorized' && { 'WWW-Authenticate': 'Bearer realm="gratis"' }),
  };
}

/** What comes after every route: other methods of their paths, nothing there, and the only place that answers errors. */
export function handleProblems(app: Express, services: Services): void {
  answerOtherMethods(app, services);
  app.use((request, response) => {
    refuseUnlessAdmin(request, response);
    throw new AppError('not-found', 'There is nothing at this address.');
  });
  app.use(answerError(services));
}

function answerError(services: Services): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    const error = toAppError(thrown);
    const requestId = requestIdOf(response);
    const { status } = problems[error.code];
    if (status >= 500) {
      services.log.error('request failed', { requestId, route: response.locals.route, code: error.code, error: thrown });
    }
    if (response.headersSent) {
      response.destroy(); // a download that broke off must not look complete
      return;
    }
    const headerClass = (response.locals.class as HeaderClass | undefined) ?? guessClass(request);
    headersOf(headerClass, services.config)(request, response);
    response.removeHeader('Content-Disposition');
    response.removeHeader('ETag');
    if (headerClass === 'page' || headerClass === 'form') {
      const html = problemPage(services, error, localeOf(services.config.newsroom, request));
      response.status(status).set(headersOfError(error)).type('html').send(html.markup);
      return;
    }
    sendReply(response, toProblemReply(error, { publicUrl: services.config.publicUrl, requestId }));
  };
}

/** Of an address without a route: people get a page, programs a problem. */
function guessClass(request: Request): HeaderClass {
  const isApi = /^\/(v1|webhooks)(\/|$)/.test(request.path);
  return !isApi && request.accepts(['json', 'html']) === 'html' ? 'page' : 'api';
}
