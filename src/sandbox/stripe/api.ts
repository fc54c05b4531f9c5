import { setTimeout as pause } from 'node:timers/promises';
import express, { type Express, type Request, type Response } from 'express';
import type { Courier } from './courier.ts';
import { invalidParameter, Refusal, unauthorized } from './errors.ts';
import { expanded } from './expand.ts';
import { refusalOf } from './fault-answers.ts';
import { type ApiFault, type Faults, takeApiFault } from './faults.ts';
import { decodeForm } from './form.ts';
import { fingerprint, keepAnswer, keptAnswer } from './idempotency.ts';
import { newId } from './ids.ts';
import { asRequest } from './requests.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';
import { apiVersion, type World } from './world.ts';

type Answer = { status: number; body: string; kept: boolean };
type Desk = { world: World; faults: Faults; courier: Courier; inFlight: Set<string> };

/** Serves the API over HTTP: every answer is JSON, and every error Stripe's `{error: {…}}`. */
export function mountApi(app: Express, world: World, faults: Faults, courier: Courier): void {
  const desk: Desk = { world, faults, courier, inFlight: new Set() };
  app.use(['/v1', '/v2'], express.text({ type: () => true, limit: '1mb' }), (request, response, next) => {
    response.locals.requestId = newId('req');
    response.set('Request-Id', response.locals.requestId);
    response.set('Stripe-Version', request.get('stripe-version') ?? apiVersion);
    next();
  });
  for (const route of routes) {
    app[route.method](route.path.replace('{id}', ':id'), (request, response) => serve(desk, route, request, response));
  }
}

async function serve(desk: Desk, route: Route, request: Request, response: Response): Promise<void> {
  const { world } = desk;
  const isSpared = request.get('sim-faults') === 'none';
  const fault = isSpared ? undefined : takeApiFault(desk.faults, request.method, request.path);
  if (fault?.kind === 'cut-before') {
    request.socket.destroy();
    return;
  }
  const refusal = fault && refusalOf(fault);
  if (refusal) {
    send(response.set(refusal.headers), refusal);
    return;
  }
  let answer: Answer;
  let params: Record<string, unknown> = {};
  try {
    authenticate(world, route, request);
    params = readParams(request);
    answer = await answerOnce(desk, { route, request, response, params }, fault);
  } catch (error) {
    answer = refusalAnswer(error, response.locals.requestId);
  }
  tell(world, route, request, params, answer);
  await desk.courier.beforeAnswer(response.locals.requestId);
  if (fault?.kind === 'cut-after') {
    request.socket.destroy();
  } else {
    send(response, fault?.kind === 'malformed' ? { ...answer, body: answer.body.slice(0, answer.body.length >> 1) } : answer);
  }
}

function tell(world: World, route: Route, request: Request, params: Record<string, unknown>, answer: Answer): void {
  const endpoint = `${route.method.toUpperCase()} ${route.path}`;
  const version = request.get('stripe-version') ?? apiVersion;
  world.onExchange({ kind: 'answer', endpoint, version, params, status: answer.status, body: answer.body });
}

type Work = { route: Route; request: Request; response: Response; params: Record<string, unknown> };

/** Runs the endpoint, unless the request's idempotency key already has its answer; a new answer is kept for the key. */
async function answerOnce(desk: Desk, work: Work, fault: ApiFault | undefined): Promise<Answer> {
  const { world, inFlight } = desk;
  const { request, response, params } = work;
  const requestId: string = response.locals.requestId;
  const key = request.method === 'POST' ? (request.get('idempotency-key') ?? null) : null;
  if (key === null) {
    return perform(world, work, key, fault);
  }
  const print = fingerprint(request.method, request.path, params);
  response.set('Idempotency-Key', key);
  const kept = keptAnswer(world, key, print, inFlight);
  if (kept) {
    response.set('Idempotent-Replayed', 'true').set('Original-Request', kept.requestId);
    return { status: kept.status, body: kept.body, kept: true };
  }
  inFlight.add(key);
  try {
    const answer = await perform(world, work, key, fault);
    if (answer.kept) {
      keepAnswer(world, { id: key, fingerprint: print, status: answer.status, body: answer.body, requestId });
    }
    return answer;
  } finally {
    inFlight.delete(key);
  }
}

/** Runs the endpoint: after a while, with an answer that is old when it comes, or turned into a 500 if that is the fault in force. */
async function perform(world: World, work: Work, key: string | null, fault: ApiFault | undefined): Promise<Answer> {
  const wait = (kind: ApiFault['kind']) => fault?.kind === kind && pause(fault.seconds * 1000);
  await wait('slow');
  const answer = run(world, work, key);
  await wait('late');
  const isSpoiled = fault?.kind === '500-after';
  return isSpoiled ? refusalAnswer(new Error('after the effect'), work.response.locals.requestId) : answer;
}

function run(world: World, { route, request, response, params }: Work, key: string | null): Answer {
  const requestId: string = response.locals.requestId;
  try {
    const { expand, ...sent } = params;
    const read = route.params.read(sent, '');
    const id = String(request.params.id ?? '');
    const version = request.get('stripe-version') ?? apiVersion;
    const result = asRequest(world, { id: requestId, idempotencyKey: key }, () =>
      route.run(world, { params: read, id, version }),
    );
    return { status: 200, body: JSON.stringify(expanded(world, result, expandPaths(expand)), null, 2), kept: true };
  } catch (error) {
    return refusalAnswer(error, requestId);
  }
}

function expandPaths(expand: unknown): string[] {
  const paths = expand === undefined || expand === '' ? [] : expand;
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string')) {
    throw invalidParameter('Invalid array', 'expand');
  }
  return paths;
}

function authenticate(world: World, route: Route, request: Request): void {
  const header = request.get('authorization') ?? '';
  const [scheme = '', credentials = ''] = header.split(' ');
  const key = scheme.toLowerCase() === 'basic' ? Buffer.from(credentials, 'base64').toString().split(':')[0]! : credentials;
  if (route.open && (key === '' || key.startsWith('pk_test_'))) {
    return;
  }
  if (key === '') {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  if (key.startsWith('pk_')) {
    throw unauthorized(
      'This API call cannot be made with a publishable API key. Please use a secret API key.',
      'secret_key_required',
    );
  }
  if (key !== world.secretKey && !/^[sr]k_test_\w{3,}$/.test(key)) {
    throw unauthorized(`Invalid API Key provided: ${key.slice(0, 7)}****`);
  }
}

function readParams(request: Request): Record<string, unknown> {
  const query = decodeForm(request.originalUrl.split('?')[1] ?? '');
  const body = typeof request.body === 'string' ? request.body : '';
  if (body === '') {
    return query;
  }
  if (!request.is('json')) {
    return { ...query, ...decodeForm(body) };
  }
  try {
    return { ...query, ...(JSON.parse(body) as object) };
  } catch {
    throw new Refusal(400, { type: 'invalid_request_error', message: 'Invalid JSON in the request body.' }, false);
  }
}

/** Any error as Stripe answers it; one that is not a refusal is the simulator's own fault, and a 500. */
export function refusalAnswer(error: unknown, requestId: string): Answer {
  const known = error instanceof Refusal ? error : null;
  const body = known?.body ?? {
    type: 'api_error' as const,
    message: `An unknown error occurred (${requestId}).`,
  };
  return { status: known?.status ?? 500, body: JSON.stringify({ error: body }, null, 2), kept: known?.kept ?? true };
}

function send(response: Response, { status, body }: Pick<Answer, 'status' | 'body'>): void {
  response.status(status).type('application/json').send(body);
}
