import type { Express, Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Locale } from '../text.ts';
import { authenticate, callerOf, requireRole, setCaller } from './authenticate.ts';
import { readBody } from './body.ts';
import { allowOrigin, refuseForeignOrigin } from './cors.ts';
import { headersOf } from './headers.ts';
import { idempotencyKeyOf, replyOnce } from './idempotency.ts';
import { localeOf } from './locale.ts';
import { isNeighbour } from './neighbour.ts';
import { noteMounted } from './other-methods.ts';
import { type Policy, policyOf } from './policies.ts';
import { type Reply, sendReply, toReply } from './reply.ts';
import { requestIdOf } from './request-id.ts';
import type { Caller, Context, Method, Route } from './route.ts';
import { toSource } from './source.ts';
import { type Limits, limitsOf } from './stores/limits.ts';
import { validate } from './validate.ts';

/** Puts one endpoint into the app, behind all that its policy says. Throws at start for a route without a policy. */
export function mountRoute(app: Express, services: Services, route: Route): void {
  const limits = limitsOf(services);
  mountHandlers(app, services, route.name, async (request, response) => {
    const reply = await serve({ services, limits, route, policy: policyOf(route.name) }, request, response);
    if (reply) {
      sendReply(response, reply);
    }
  });
}

/** Puts an endpoint with a way of its own into the app: headers, origin and credentials are seen to, the rest is the handlers' work. */
export function mountHandlers(app: Express, services: Services, name: Route['name'], ...handlers: RequestHandler[]): void {
  const policy = policyOf(name);
  const limits = limitsOf(services);
  const setHeaders = headersOf(policy.class, services.config);
  const [method, path] = name.split(' ') as [Method, string];
  const welcome: RequestHandler = async (request, response, next) => {
    response.locals.route = name;
    response.locals.class = policy.class;
    setHeaders(request, response);
    if (policy.cors) {
      allowOrigin(services.config, request, response);
    }
    await admit(services, limits, policy, request, response);
    if (method !== 'GET') {
      refuseForeignOrigin(services.config, policy, request);
    }
    next();
  };
  const expressPath = path.replace(/\{(\w+)\}/g, ':$1');
  noteMounted(app, expressPath, method, policy);
  app[method.toLowerCase() as 'get'](expressPath, welcome, ...handlers);
}

/** Credentials, for those routes that need them. */
async function admit(services: Services, limits: Limits, policy: Policy, request: Request, response: Response): Promise<void> {
  const role = roleFor(policy, services, request);
  if (role) {
    const caller: Caller = callerOf(response) ?? (await authenticate(services, limits, request));
    setCaller(response, caller);
    requireRole(caller, role);
  }
}

function roleFor({ audience }: Policy, { config }: Services, request: Request): Caller['role'] | undefined {
  if (audience === 'finance' || audience === 'admin') {
    return audience;
  }
  return audience === 'neighbour' && !isNeighbour(request, config.trustProxy) ? 'admin' : undefined;
}

type Endpoint = { services: Services; limits: Limits; route: Route; policy: Policy };

/** From the request to its reply: refused input is refused before anything counts, a repeated request before it is done again. */
async function serve(endpoint: Endpoint, request: Request, response: Response): Promise<Reply | undefined> {
  const { services, limits, route, policy } = endpoint;
  const context = await readContext(endpoint, request, response);
  const key = idempotencyKeyOf(policy, request);
  if (key === undefined) {
    if (policy.limit) await limits.use(policy.limit, context.source, tellLimit(response));
    const answer = await route.handle(context);
    return answer && toReply(answer);
  }
  const scope = `${route.name} ${context.caller?.id ?? 'reader'}`;
  const use = policy.limit && (await limits.prepare(policy.limit, context.source));
  const body = Object.keys(context.params).length > 0 ? { of: context.params, body: request.body } : request.body;
  return replyOnce(services, { scope, key, body, use, requestId: context.requestId }, async (used) => {
    if (use && used) use.judge(used, tellLimit(response));
    const answer = await route.handle(context);
    if (!answer) throw new Error(`${route.name} streams, and what streams cannot be stored`);
    return toReply(answer);
  });
}

async function readContext(
  { services, route, policy }: Endpoint,
  request: Request,
  response: Response,
): Promise<Context<unknown>> {
  const params = request.params as Record<string, string>;
  if (Object.values(params).some((value) => value.includes('\0'))) {
    throw new AppError('not-found', 'There is nothing at this address.');
  }
  const isRead = route.name.startsWith('GET ');
  const given = isRead || !(route.input || route.read) ? request.query : await readBody(policy.class, request, response);
  const locale = localeOf(services.config.newsroom, request);
  return {
    services,
    input: readInput(route, given, { services, locale }),
    params,
    request,
    response,
    requestId: requestIdOf(response),
    source: toSource(request.ip),
    locale,
    caller: callerOf(response),
  };
}

function readInput(route: Route, given: unknown, about: { services: Services; locale: Locale }): unknown {
  if (route.read) {
    return route.read(given, about);
  }
  return route.input ? validate(route.input, given) : undefined;
}

/** How much is left (draft-ietf-httpapi-ratelimit-headers-10). */
function tellLimit(response: Response): Parameters<Limits['use']>[2] {
  return (name, { limit, remaining, resetSeconds }) => {
    response.set('RateLimit-Policy', `"${name}";q=${limit};w=600`);
    response.set('RateLimit', `"${name}";r=${remaining};t=${resetSeconds}`);
  };
}
