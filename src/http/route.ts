import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { Html } from '../html.ts';
import type { Services } from '../services.ts';
import type { Locale } from '../text.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What a handler answers; the edge writes it. `json` may hold bigints (written as numbers) and Dates (ISO 8601). */
export type Answer =
  | { status: number; json: unknown; headers?: Record<string, string> }
  | { status: number; html: Html; headers?: Record<string, string> }
  | { status: 303; location: string; headers?: Record<string, string> }
  | { status: number; text: string; headers?: Record<string, string> };

/** Who asks: an API key's owner. */
export type Caller = { id: string; name: string; role: 'finance' | 'admin' };

/** What a handler gets. `input` is what its schema made of the JSON body (writes) or of the query (reads). */
export type Context<Input> = {
  services: Services;
  input: Input;
  params: Record<string, string>;
  request: Request;
  response: Response;
  requestId: string;
  /** The source's address as the proxy settings let us believe it; IPv6 cut to its /64. */
  source: string;
  locale: Locale;
  /** Present on routes of the audiences finance and admin. */
  caller: Caller | undefined;
};

/** What is answered when all goes well: JSON of a schema, a page, a file of some media types, or where to go on. */
export type Output = { readonly description: string; readonly headers?: Record<string, string> } & (
  | { readonly json: z.ZodType }
  | { readonly html: true }
  | { readonly types: readonly string[] }
  | { readonly location: true }
);

/** What /openapi.json says of an endpoint, besides what its policy tells. */
export type Described = {
  readonly name: `${Method} /${string}`;
  /** What it does, in a few words. */
  readonly summary: string;
  readonly description?: string;
  /** What it takes where `input` does not tell: the query of a read, the body of a write. */
  readonly takes?: z.ZodType;
  /** Headers of its own that it reads. */
  readonly headers?: z.ZodObject;
  /** Its answers by status. */
  readonly output: Readonly<Record<number, Output>>;
  /** What it may refuse on top of what its policy and its input may. */
  readonly refuses?: readonly ErrorCode[];
};

/**
 * One endpoint: who may, how often and with which headers stands in policies.ts under the same name. A handler that streams writes
 * to `response` itself and answers nothing.
 */
export type Route<Input = unknown> = Described & {
  input?: z.ZodType<Input>;
  /** Reads the body where the schema alone cannot say what is wrong with it; throws `invalid-input` that names everything at once. */
  read?(given: unknown, about: { services: Services; locale: Locale }): Input;
  handle(context: Context<Input>): Promise<Answer | undefined>;
};

/** Keeps the handler's input tied to its schema. */
export function defineRoute<Input>(route: Route<Input>): Route {
  return route as Route;
}
