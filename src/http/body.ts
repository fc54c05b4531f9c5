import express, { type Request, type RequestHandler, type Response } from 'express';
import { AppError } from '../errors.ts';
import type { HeaderClass } from './headers.ts';

// Compressed bodies are refused: what we take is small, and a few bytes must not become many.
const parsers = {
  json: express.json({ limit: '16kb', strict: true, inflate: false, type: 'application/json' }),
  form: express.urlencoded({ limit: '64kb', extended: false, inflate: false, parameterLimit: 100 }),
};

/**
 * The body of a write: JSON up to 16 kB, on HTML routes a form up to 64 kB (its fields as text). Undefined where there is none.
 * Throws an AppError `media-type-not-supported`, or what Express throws for a body that cannot be read.
 */
export async function readBody(headerClass: HeaderClass, request: Request, response: Response): Promise<unknown> {
  const kind = headerClass === 'page' || headerClass === 'form' ? 'form' : 'json';
  await run(parsers[kind], request, response);
  if (request.body === undefined && hasBody(request)) {
    const wanted = kind === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
    throw new AppError('media-type-not-supported', `The body must be ${wanted}.`);
  }
  return request.body;
}

function run(handler: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    handler(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
  });
}

function hasBody(request: Request): boolean {
  return request.get('Transfer-Encoding') !== undefined || Number(request.get('Content-Length') ?? 0) > 0;
}
