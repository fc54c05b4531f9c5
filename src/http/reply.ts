import type { Response } from 'express';
import type { Answer } from './route.ts';

/** An answer as it goes over the wire, and as it is stored for a repeated request. */
export type Reply = { readonly status: number; readonly headers: Record<string, string>; readonly body: string };

// Stage 4 of ECMAScript, in Node since 21; TypeScript does not know it yet.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** JSON in which a bigint is a plain number with all its digits, and a Date is ISO 8601. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? rawJSON(part.toString()) : part));
}

/** What a handler's answer looks like over the wire. */
export function toReply(answer: Answer): Reply {
  const { status, headers = {} } = answer;
  if ('location' in answer) {
    return { status, headers: { Location: answer.location, ...headers }, body: '' };
  }
  if ('json' in answer) {
    return { status, headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers }, body: toJson(answer.json) };
  }
  if ('html' in answer) {
    return { status, headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers }, body: answer.html.markup };
  }
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body: answer.text };
}

/** Sends it, unless the client has gone; answers 304 where the client already has what `ETag` names. */
export function sendReply(response: Response, reply: Reply): void {
  if (response.headersSent || response.destroyed) {
    return;
  }
  response.status(reply.status).set(reply.headers).send(reply.body);
}
