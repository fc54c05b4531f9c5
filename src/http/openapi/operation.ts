import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiParameters, ZodOpenApiResponsesObject } from 'zod-openapi';
import { type Policy, policyOf } from '../policies.ts';
import { problems } from '../problem.ts';
import type { Described, Method, Output, Route } from '../route.ts';
import { isStaff, refusalsOf } from './refusals.ts';

/** An endpoint as the document has it: where it stands, and what is said of it. */
export type Operation = { path: string; method: Lowercase<Method>; operation: ZodOpenApiOperationObject };

type Endpoint = Described & Partial<Pick<Route, 'input' | 'read'>>;

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/)
  .describe('The same key and body give the same answer for 24 hours, and nothing is done twice.');

/** What an endpoint and its policy say of it. */
export function toOperation(route: Endpoint): Operation {
  const policy = policyOf(route.name);
  const [method, path] = route.name.split(' ') as [Method, string];
  const taken = route.takes ?? route.input;
  return {
    path,
    method: method.toLowerCase() as Lowercase<Method>,
    operation: {
      operationId: toOperationId(method, path),
      tags: [tagOf(policy)],
      summary: route.summary,
      ...(route.description && { description: route.description }),
      ...(isStaff(policy) && { security: [...(policy.audience === 'neighbour' ? [{}] : []), { apiKey: [] }] }),
      requestParams: toParameters(route, policy),
      ...(method !== 'GET' && taken && { requestBody: { required: true, content: { [bodyTypeOf(policy)]: { schema: taken } } } }),
      responses: toResponses(route, policy),
    },
  };
}

function toParameters({ name, input, takes = input, headers }: Endpoint, policy: Policy): ZodOpenApiParameters {
  const query = name.startsWith('GET ') ? takes : undefined;
  const names = [...name.matchAll(/\{(\w+)\}/g)].map(([, part]) => part!);
  const key = policy.idempotency === 'accepted' ? idempotencyKey.optional() : idempotencyKey;
  return {
    ...(names.length > 0 && { path: z.object(Object.fromEntries(names.map((part) => [part, z.string()]))) }),
    ...(query instanceof z.ZodObject && { query }),
    ...((headers || policy.idempotency !== 'none') && {
      header: z.object({ ...(policy.idempotency !== 'none' && { 'Idempotency-Key': key }), ...headers?.shape }),
    }),
  };
}

function toResponses(route: Endpoint, policy: Policy): ZodOpenApiResponsesObject {
  const problem = isForPeople(policy) ? 'ProblemPage' : 'Problem';
  const refused = [...refusalsOf(route, policy)].map(([status, codes]) => [
    String(status),
    {
      $ref: `#/components/responses/${problem}`,
      description: codes.map((code) => `${problems[code].title} (${code})`).join('; '),
    },
  ]);
  const answered = Object.entries(route.output).map(([status, output]) => [status, toResponse(output)]);
  const isKept = policy.class === 'script' || policy.class === 'asset';
  const unchanged = isKept ? [['304', { description: 'What If-None-Match names is what there is.' }]] : [];
  return Object.fromEntries([...refused, ...unchanged, ...answered]);
}

function toResponse(output: Output) {
  const { description, headers = {} } = output;
  const told = 'location' in output ? { Location: 'Where to go on.', ...headers } : headers;
  return {
    description,
    ...(Object.keys(told).length > 0 && {
      headers: Object.fromEntries(
        Object.entries(told).map(([name, text]) => [name, { description: text, schema: { type: 'string' as const } }]),
      ),
    }),
    ...contentOf(output),
  };
}

function contentOf(output: Output) {
  if ('location' in output) return {};
  if ('json' in output) return { content: { 'application/json': { schema: output.json } } };
  const types = 'html' in output ? ['text/html'] : output.types;
  const text = { schema: { type: 'string' as const } };
  return { content: Object.fromEntries(types.map((type) => [type.split(';')[0]!, text])) };
}

/** Pages answer people, and a form's body is a form. */
function isForPeople({ class: headerClass }: Policy): boolean {
  return headerClass === 'page' || headerClass === 'form';
}

function bodyTypeOf(policy: Policy): string {
  return isForPeople(policy) ? 'application/x-www-form-urlencoded' : 'application/json';
}

function tagOf(policy: Policy): string {
  if (policy.audience === 'finance' || policy.audience === 'admin') return 'Finance';
  if (policy.audience === 'stripe') return 'Stripe';
  if (policy.class === 'script' || policy.class === 'asset' || isForPeople(policy)) return 'Browsers';
  return policy.audience === 'reader' ? 'Readers' : 'Operators';
}

/** `GET /v1/donations/{id}` is getDonationsById. */
function toOperationId(method: Method, path: string): string {
  const words = path
    .replace('/v1/', '/')
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .split(/[^\w]+/)
    .filter(Boolean);
  return method.toLowerCase() + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}
