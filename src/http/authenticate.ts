import { posix } from 'node:path';
import type { Request, Response } from 'express';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { findApiKey } from '../staff/find-api-key.ts';
import type { Caller } from './route.ts';
import { toSource } from './source.ts';
import type { Limits } from './stores/limits.ts';

const staffPath = /^\/v1\/(admin|exports|export-runs)(?![\w-])/;

/** Whether an address belongs to staff, in whatever way it is written; also one behind which there is nothing. */
export function isStaffPath(path: string): boolean {
  return staffPath.test(posix.normalize(decode(path).replaceAll('\\', '/')).toLowerCase());
}

/**
 * Who asks, by `Authorization: Bearer <api key>`. Throws an AppError `unauthorized` for no or wrong credentials, and
 * `too-many-requests` once a source has sent very many wrong ones; right ones are always taken.
 */
export async function authenticate(services: Services, limits: Limits, request: Request): Promise<Caller> {
  const key = /^Bearer +(\S+)$/i.exec(request.get('Authorization') ?? '')?.[1];
  if (key === undefined) {
    throw new AppError('unauthorized', 'An API key is needed: Authorization: Bearer <key>.');
  }
  const caller = await findApiKey(services, key);
  if (!caller) {
    await limits.use('credentials', toSource(request.ip));
    throw new AppError('unauthorized', 'This API key is not known.');
  }
  return caller;
}

/** Throws an AppError `forbidden` for a caller whose role is not enough; an admin may what finance may. */
export function requireRole(caller: Caller, role: Caller['role']): void {
  if (role === 'admin' && caller.role !== 'admin') {
    throw new AppError('forbidden', 'This needs the admin role.');
  }
}

/** On staff's paths that no policy speaks of, reading needs credentials, everything else an admin's; throws `forbidden`. */
export function refuseUnlessAdmin(request: Request, response: Response): void {
  const caller = callerOf(response);
  if (caller && request.method !== 'GET' && request.method !== 'HEAD') {
    requireRole(caller, 'admin');
  }
}

/** Remembers who asks for the rest of the request. */
export function setCaller(response: Response, caller: Caller): void {
  response.locals.caller = caller;
}

export function callerOf(response: Response): Caller | undefined {
  return response.locals.caller as Caller | undefined;
}

function decode(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
