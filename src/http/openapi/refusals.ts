import type { ErrorCode } from '../../errors.ts';
import type { Policy } from '../policies.ts';
import { problems } from '../problem.ts';
import type { Described } from '../route.ts';

/** What an endpoint may refuse, by status: what its policy and its input may, and what it says of itself. */
export function refusalsOf(route: Described & { input?: unknown; read?: unknown }, policy: Policy): Map<number, ErrorCode[]> {
  const isWrite = !route.name.startsWith('GET ');
  const hasInput = Boolean(route.input ?? route.read);
  const codes = new Set<ErrorCode>([
    ...(isStaff(policy) ? (['unauthorized', 'too-many-requests', 'database-unavailable'] as const) : []),
    ...(policy.audience === 'admin' || policy.audience === 'neighbour' ? (['forbidden'] as const) : []),
    ...(policy.audience === 'reader' && isWrite ? (['origin-not-allowed'] as const) : []),
    ...(hasInput ? (['invalid-input'] as const) : []),
    ...(hasInput && isWrite ? (['body-not-readable', 'body-too-large', 'media-type-not-supported'] as const) : []),
    ...(route.name.includes('{') ? (['not-found'] as const) : []),
    ...(policy.idempotency === 'none'
      ? []
      : (['idempotency-key-missing', 'idempotency-key-reused', 'request-in-progress', 'database-unavailable'] as const)),
    ...(policy.limit ? (['too-many-requests', 'database-unavailable'] as const) : []),
    ...(route.refuses ?? []),
    'unexpected',
  ]);
  return Map.groupBy([...codes], (code) => problems[code].status);
}

/** Whether it takes credentials, at least from some. */
export function isStaff({ audience }: Policy): boolean {
  return audience === 'finance' || audience === 'admin' || audience === 'neighbour';
}
