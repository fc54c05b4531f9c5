import { createHash } from 'node:crypto';

/** How often an ordered fault strikes what it is for. */
type Frequency = {
  /** How many are left; null: until cleared. */
  times: number | null;
  /** How likely each one that it is for meets it; null: for certain. */
  probability: number | null;
  /** The row of chances that is its own, and how many of them were drawn: what another fault draws changes nothing here. */
  stream: number;
  draws: number;
};

export const apiFaultKinds = [
  'status',
  'lock',
  'in-use',
  'cut-before',
  'cut-after',
  '500-after',
  'malformed',
  'slow',
  'late',
] as const;

/** Something that goes wrong with an answer of the API, for requests of that method and path. */
export type ApiFault = Frequency & {
  kind: (typeof apiFaultKinds)[number];
  method: string | null;
  path: string | null;
  status: number;
  shouldRetry: boolean | null;
  seconds: number;
};

export const webhookFaultModes = [
  ...(['hold', 'drop', 'lose', 'duplicate', 'delay', 'early'] as const),
  ...(['reverse', 'reorder', 'burst'] as const),
  ...(['bad-signature', 'stale', 'acacia', 'livemode', 'thin'] as const),
] as const;

/** Something that goes wrong with webhooks, for events of those types; null: for all. */
export type WebhookFault = Frequency & {
  mode: (typeof webhookFaultModes)[number];
  types: string[] | null;
  copies: number;
  seconds: number;
  window: number;
};

/** The faults in force, the seed of all chance, and how often each kind has really struck since the last reset. */
export type Faults = {
  seed: number;
  streams: number;
  api: ApiFault[];
  webhooks: WebhookFault[];
  fired: Record<string, number>;
};

/** Nothing goes wrong. */
export function noFaults(): Faults {
  return { seed: 1, streams: 0, api: [], webhooks: [], fired: {} };
}

/** A number from 0 up to 1, always the same for the same seed, row and place in the row. */
export function chance(seed: number, stream: number, draw: number): number {
  return createHash('sha256').update(`${seed} ${stream} ${draw}`).digest().readUInt32BE() / 2 ** 32;
}

/** Counts that a fault has struck, as `api 429` or `webhook drop`. */
export function countFired(faults: Faults, name: string, times = 1): void {
  faults.fired[name] = (faults.fired[name] ?? 0) + times;
}

function strikes(faults: Faults, fault: Frequency): boolean {
  if (fault.probability !== null && chance(faults.seed, fault.stream, fault.draws++) >= fault.probability) {
    return false;
  }
  if (fault.times !== null) {
    fault.times -= 1;
  }
  return true;
}

const isLeft = ({ times }: Frequency) => times !== 0;

/** The fault that this request meets, if any; one with a number of times is used up by that. */
export function takeApiFault(faults: Faults, method: string, path: string): ApiFault | undefined {
  const found = faults.api.find(
    (fault) => (!fault.method || fault.method === method) && (!fault.path || matches(fault.path, path)) && strikes(faults, fault),
  );
  faults.api = faults.api.filter(isLeft);
  if (found) {
    countFired(faults, `api ${found.kind === 'status' ? found.status : found.kind}`);
  }
  return found;
}

/** The fault that this delivery meets, if any; `early` is for events that a request brings about. Those who gather count themselves. */
export function takeWebhookFault(faults: Faults, type: string, isOfRequest: boolean): WebhookFault | undefined {
  const found = faults.webhooks.find(
    (fault) =>
      (!fault.types || fault.types.some((wanted) => matches(wanted, type))) &&
      (fault.mode !== 'early' || isOfRequest) &&
      strikes(faults, fault),
  );
  faults.webhooks = faults.webhooks.filter(isLeft);
  if (found && !['reverse', 'reorder', 'burst'].includes(found.mode)) {
    countFired(faults, `webhook ${found.mode}`);
  }
  return found;
}

// Exactly that, except that a star stands for anything, in whatever place it is.
function matches(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/[^\w*]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`).test(text);
}
