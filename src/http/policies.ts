import type { HeaderClass } from './headers.ts';
import type { Method } from './route.ts';
import type { LimitName } from './stores/limits.ts';

/** What is true of one endpoint whatever its handler does. */
export type Policy = {
  /**
   * Who may. `finance` and `admin` need credentials (an admin may what finance may); `reader` writes come from the newsroom's origins
   * or from no browser; `token`: the address itself is the permission; `stripe`: the signature is; `operator` and `public`: everybody;
   * `neighbour`: everybody on this machine and its private network, elsewhere an admin.
   */
  readonly audience: 'reader' | 'finance' | 'admin' | 'stripe' | 'operator' | 'neighbour' | 'token' | 'public';
  readonly class: HeaderClass;
  /** What a source uses up by asking; refused input does not count. */
  readonly limit?: LimitName;
  /** Whether an Idempotency-Key must, may or cannot come with it. */
  readonly idempotency: 'required' | 'accepted' | 'none';
  /** Whether the publisher's pages may read the answer. */
  readonly cors: boolean;
};

const readerWrite = { audience: 'reader', class: 'api', idempotency: 'required', cors: true } as const;
const readerRead = { audience: 'reader', class: 'api', idempotency: 'none', cors: true } as const;
const page = { audience: 'reader', class: 'page', idempotency: 'none', cors: false, limit: 'reads' } as const;
const tokenPage = { audience: 'token', class: 'page', idempotency: 'none', cors: false, limit: 'reads' } as const;
const staffRead = { audience: 'finance', class: 'api', idempotency: 'none', cors: false } as const;
const staffWrite = { ...staffRead, idempotency: 'required' } as const;
const probe = { audience: 'operator', class: 'probe', idempotency: 'none', cors: false } as const;

/** Every endpoint, by the name its route has in the contract. A route that is not here cannot be mounted. */
export const policies: Record<`${Method} /${string}`, Policy> = {
  // Under an article
  'GET /widget.js': { audience: 'public', class: 'script', idempotency: 'none', cors: false },
  'GET /v1/widget-config': readerRead, // without a limit: asked at every article, it touches no database
  'PUT /v1/votes': { ...readerWrite, idempotency: 'accepted', limit: 'votes' },
  'POST /v1/donations': { ...readerWrite, limit: 'gifts' },
  'POST /v1/subscriptions': { ...readerWrite, limit: 'gifts' },
  'POST /v1/newsletter-signups': { ...readerWrite, limit: 'signups' },
  'GET /v1/donations/{id}': { ...readerRead, limit: 'reads' },
  'GET /v1/subscriptions/{id}': { ...readerRead, limit: 'reads' },

  // The same as plain pages
  'GET /donate': { ...page, class: 'form' },
  'POST /donate': { ...page, class: 'form' }, // uses up one of 'gifts' itself, once its fields are right
  'GET /thanks/{id}': page,
  'GET /assets/{file}': { audience: 'public', class: 'asset', idempotency: 'none', cors: false },

  // From a mail
  'GET /stop/{token}': tokenPage,
  'POST /stop/{token}': tokenPage,
  'GET /card/{token}': { ...tokenPage, class: 'form' },
  'POST /card/{token}': { ...tokenPage, class: 'form' },
  'GET /newsletter/confirm/{token}': tokenPage,
  'POST /newsletter/confirm/{token}': tokenPage,
  'GET /newsletter/leave/{token}': tokenPage,
  'POST /newsletter/leave/{token}': tokenPage,

  // Finance
  'GET /v1/exports/{report}': { audience: 'finance', class: 'download', idempotency: 'none', cors: false },
  'GET /v1/export-runs/{id}': { audience: 'finance', class: 'api', idempotency: 'none', cors: false },

  'GET /v1/admin/donations': staffRead,
  'GET /v1/admin/subscriptions': staffRead,
  'GET /v1/admin/donors': staffRead,
  'GET /v1/admin/refunds': staffRead,
  'GET /v1/admin/disputes': staffRead,
  'GET /v1/admin/payouts': staffRead,
  'GET /v1/admin/events': staffRead,
  'GET /v1/admin/journals': staffRead,
  'GET /v1/admin/votes': staffRead,
  'GET /v1/admin/signups': staffRead,
  'GET /v1/admin/donations/{id}': staffRead,
  'GET /v1/admin/donations/{id}/timeline': staffRead,
  'GET /v1/admin/payouts/{id}': staffRead,
  'POST /v1/admin/search': staffRead, // changes nothing, and so needs no key
  'POST /v1/admin/donations/{id}/refunds': staffWrite,
  'POST /v1/admin/donors/{id}/erasure': { ...staffWrite, audience: 'admin' },

  // Machines
  'POST /webhooks/stripe': { audience: 'stripe', class: 'api', idempotency: 'none', cors: false },
  'GET /livez': probe,
  'GET /readyz': probe,
  'GET /metrics': { ...probe, audience: 'neighbour' },
  'GET /openapi.json': probe,
  'GET /docs': { ...probe, class: 'docs' },
  'GET /sandbox.json': probe,
  'GET /problems/{code}': { ...probe, audience: 'public' },
};

/** The policy of a route; throws for one that has none, so that no endpoint is open by oversight. */
export function policyOf(name: `${Method} /${string}`): Policy {
  const policy = Object.hasOwn(policies, name) ? policies[name] : undefined;
  if (!policy) {
    throw new Error(`${name} has no policy: policies.ts must say who may and with which headers`);
  }
  return policy;
}
