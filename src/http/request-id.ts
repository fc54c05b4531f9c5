import type { Request, Response } from 'express';
import type { NewId } from '../id.ts';

const wellFormed = /^[\w.-]{1,100}$/;

/** Names the request after the `X-Request-Id` that a proxy gave it, or anew, and says so in the answer. */
export function nameRequest(newId: NewId, request: Request, response: Response): void {
  const given = request.get('X-Request-Id') ?? '';
  response.locals.requestId = wellFormed.test(given) ? given : newId('req');
  response.set('X-Request-Id', requestIdOf(response));
}

export function requestIdOf(response: Response): string {
  return response.locals.requestId as string;
}
