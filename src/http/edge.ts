import type { Express, Request, RequestHandler, Response } from 'express';
import { inNameOf } from '../request-context.ts';
import type { Services } from '../services.ts';
import { authenticate, isStaffPath, setCaller } from './authenticate.ts';
import { nameRequest, requestIdOf } from './request-id.ts';
import { limitsOf } from './stores/limits.ts';

/** What comes before every route: how Express is to behave, a name for each request, a line in the log, and staff's door. */
export function openEdge(app: Express, services: Services): void {
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('env', 'production'); // Express' own last resort must never show a stack
  app.set('trust proxy', services.config.trustProxy);
  app.set('query parser', 'simple');
  app.use((request, response, next) => {
    nameRequest(services.newId, request, response);
    tellWhenDone(services, request, response);
    inNameOf(requestIdOf(response), next);
  });
  app.use(guardStaff(services));
}

/** Nobody learns what there is for staff without credentials, not even that there is nothing. */
function guardStaff(services: Services): RequestHandler {
  const limits = limitsOf(services);
  return async (request, response, next) => {
    if (isStaffPath(request.path)) {
      setCaller(response, await authenticate(services, limits, request));
    }
    next();
  };
}

/** One line and one count a request: what was asked of which route, never its address, which may hold a token. */
function tellWhenDone({ log, metrics }: Services, request: Request, response: Response): void {
  const started = performance.now();
  response.once('close', () => {
    const route: string = response.locals.route ?? 'none';
    const { method } = request;
    const status = response.statusCode;
    metrics.requestAnswered({ route: route.slice(route.indexOf(' ') + 1), method, status }, (performance.now() - started) / 1000);
    log.info('request', {
      requestId: requestIdOf(response),
      method,
      route,
      status,
      outcome: response.writableFinished ? 'answered' : 'aborted',
      durationMs: Math.round(performance.now() - started),
    });
  });
}
