import type { Express, RequestHandler, Response } from 'express';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { callerOf, requireRole } from './authenticate.ts';
import { answerPreflight } from './cors.ts';
import type { Policy } from './policies.ts';
import type { Method } from './route.ts';

/** What is mounted at a path: by method, who may. */
type Mounted = Map<Method, Policy>;

const byApp = new WeakMap<Express, Map<string, Mounted>>();

/** Notes an endpoint, so that the other methods of its path can be answered too. */
export function noteMounted(app: Express, path: string, method: Method, policy: Policy): void {
  const paths = byApp.get(app) ?? new Map<string, Mounted>();
  byApp.set(app, paths);
  paths.set(path, (paths.get(path) ?? new Map()).set(method, policy));
}

/** Answers every method that a mounted path does not take: preflights where pages may ask, 405 with `Allow` for the rest. */
export function answerOtherMethods(app: Express, services: Services): void {
  for (const [path, mounted] of byApp.get(app) ?? []) {
    app.all(path, otherMethod(services, mounted));
  }
}

function otherMethod(services: Services, mounted: Mounted): RequestHandler {
  return (request, response) => {
    const methods = [...mounted.keys()].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    const isPreflight = request.method === 'OPTIONS' && request.get('Access-Control-Request-Method') !== undefined;
    if (isPreflight && [...mounted.values()].some((policy) => policy.cors)) {
      answerPreflight(services.config, methods, request, response);
      return;
    }
    refuseWhoMayNothingHere(mounted, response);
    response.set('Allow', methods.join(', '));
    throw new AppError('method-not-allowed', `This address takes ${methods.join(', ')}.`);
  };
}

/** Whoever may use a path by one method is told which; an admin's path keeps that to itself. Throws `forbidden`. */
function refuseWhoMayNothingHere(mounted: Mounted, response: Response): void {
  const caller = callerOf(response);
  if (caller && [...mounted.values()].every(({ audience }) => audience === 'admin')) {
    requireRole(caller, 'admin');
  }
}
