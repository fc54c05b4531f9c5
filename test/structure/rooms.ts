/** Files at the top of src that everybody may import and that import nothing but each other. */
export const leaves = [
  'money',
  'currency',
  'period',
  'clock',
  'id',
  'errors',
  'log',
  'metrics',
  'request-context',
  'html',
  'text',
  'signed-link',
  'newsroom',
  'config',
  'article-address',
  'typed-amount',
];

/** Files at the top of src that put the service together and see all of it. */
export const wiring = ['main', 'app', 'worker', 'live-services', 'serve', 'demo', 'setup'];

const base = ['db', 'stripe', 'jobs', 'services'];
const givers = ['ledger', 'donors', 'articles', 'newsletter', 'staff'];
const gifts = ['donations', 'subscriptions', 'refunds', 'disputes', 'payouts', 'erasure'];

/** Which rooms a room may import, besides the leaves and itself. `services` is src/services.ts. */
export const mayImport: Record<string, readonly string[]> = {
  db: [],
  stripe: [],
  jobs: ['db', 'services'],
  mail: ['db', 'jobs', 'services'],
  services: ['db', 'mail', 'stripe'],
  ...eachMayUseTheOnesBefore([...givers, ...gifts]),
  newsletter: [...base, 'mail', ...givers.slice(0, 3)],
  receipts: [...base, 'mail', 'donors', 'donations', 'subscriptions', 'refunds'],
  timeline: ['db', 'services'],
  lists: ['db', 'services', 'staff'],
  exports: ['db', 'services'],
  operations: [...base, 'mail', 'donations'],
  reconcile: [...base, ...givers, ...gifts, 'webhooks', 'operations'],
  http: ['services', ...givers, ...gifts, 'timeline', 'lists', 'exports', 'operations', 'reconcile', 'http/stores'],
  'http/stores': ['db', 'services', 'http'],
  webhooks: [...base, ...givers, ...gifts],
  web: [],
  sandbox: [],
};

/** Which packages only some places may import. */
export const packageHomes: Record<string, (file: string) => boolean> = {
  express: (file) => file.startsWith('src/http/') || file === 'src/app.ts' || file === 'webhooks/endpoint.ts' || isSandbox(file),
  pg: (file) => file.startsWith('src/db/') || isSandbox(file),
  stripe: (file) => file.startsWith('src/stripe/') || file === 'webhooks/verify.ts' || isSandbox(file),
  'prom-client': (file) => file.startsWith('src/operations/'),
  'zod-openapi': (file) => file.startsWith('src/http/'),
  nodemailer: (file) => file.startsWith('src/mail/'),
  'graphile-worker': (file) => file.startsWith('src/jobs/') || file.startsWith('src/db/'),
};

/** The room of a file: a folder of src, `webhooks`, `services`, a leaf, or undefined for the wiring. */
export function roomOf(file: string): string | undefined {
  if (file.startsWith('webhooks/')) return 'webhooks';
  if (file.startsWith('src/http/stores/')) return 'http/stores';
  const [, first = '', second] = file.split('/');
  const name = first.replace(/\.ts$/, '');
  return second === undefined && wiring.includes(name) ? undefined : name;
}

export function isSandbox(file: string): boolean {
  return file.startsWith('src/sandbox/');
}

function eachMayUseTheOnesBefore(rooms: string[]): Record<string, string[]> {
  return Object.fromEntries(rooms.map((room, index) => [room, [...base, ...rooms.slice(0, index)]]));
}
