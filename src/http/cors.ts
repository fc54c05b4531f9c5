import type { Request, Response } from 'express';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Policy } from './policies.ts';

const readable = 'Idempotent-Replayed, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id';
const sendable = 'Content-Type, Gratis-Proof, Idempotency-Key, X-Request-Id';

/** Lets the newsroom's own pages read the answer, by name and without cookies; any other origin gets no such header. */
export function allowOrigin(config: Config, request: Request, response: Response): void {
  response.vary('Origin');
  const origin = request.get('Origin');
  if (origin !== undefined && isOurs(config, origin)) {
    response.set('Access-Control-Allow-Origin', origin);
    response.set('Access-Control-Expose-Headers', readable);
  }
}

/** Answers a preflight request (Fetch standard): which methods and headers the newsroom's pages may send. */
export function answerPreflight(config: Config, methods: string[], request: Request, response: Response): void {
  allowOrigin(config, request, response);
  if (response.get('Access-Control-Allow-Origin')) {
    response.set('Access-Control-Allow-Methods', methods.join(', '));
    response.set('Access-Control-Allow-Headers', sendable);
    response.set('Access-Control-Max-Age', '600');
  }
  response.status(204).end();
}

/**
 * Throws an AppError `origin-not-allowed` for a reader's write that a browser sends from somebody else's page. Without an Origin it
 * passes: no browser leaves it out of a write, so it comes from a program, which could name any origin it likes. HTML forms send
 * "null" from pages that hide where they are; a form changes nothing by itself, so that is let through.
 */
export function refuseForeignOrigin(config: Config, policy: Policy, request: Request): void {
  const origin = request.get('Origin');
  if (policy.audience !== 'reader' || origin === undefined || isOurs(config, origin)) {
    return;
  }
  if (policy.class === 'api' || origin !== 'null') {
    throw new AppError('origin-not-allowed', 'This may be sent from the pages of the newsroom only.');
  }
}

function isOurs(config: Config, origin: string): boolean {
  return origin === config.publicUrl || config.siteOrigins.includes(origin);
}
