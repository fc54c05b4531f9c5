import { anything, type Field, flag, group, listOf, needed, oneOf, text, wholeNumber } from './fields.ts';

/** Something that goes wrong with an answer of the API, for the next `times` requests that match. */
export type ApiFault = {
  kind: 'status' | 'cut-before' | 'cut-after' | '500-after' | 'malformed' | 'slow';
  method: string | null;
  path: string | null;
  status: number;
  shouldRetry: boolean | null;
  seconds: number;
  times: number;
};

/** Something that goes wrong with webhooks: which events, and for how many of them (null: until cleared). */
export type WebhookFault = {
  mode: 'hold' | 'drop' | 'lose' | 'duplicate' | 'reverse' | 'delay' | 'bad-signature' | 'stale';
  types: string[] | null;
  times: number | null;
  copies: number;
  seconds: number;
};

export type Faults = { api: ApiFault[]; webhooks: WebhookFault[] };

const apiFault = group({
  method: text,
  path: text,
  fault: oneOf('status', 'cut-before', 'cut-after', '500-after', 'malformed', 'slow'),
  status: anything,
  should_retry: flag,
  seconds: wholeNumber(0, 600),
  times: wholeNumber(1),
});

const webhookFault = group({
  mode: needed(oneOf('hold', 'drop', 'lose', 'duplicate', 'reverse', 'delay', 'bad-signature', 'stale')),
  types: listOf(text),
  times: wholeNumber(1),
  copies: wholeNumber(2, 100),
  seconds: wholeNumber(0, 600),
});

const faultFields = group({ api: oneOrMany(apiFault), webhooks: oneOrMany(webhookFault), clear: flag });

function oneOrMany<T>(field: Field<T>): Field<T[]> {
  return { read: (value, path) => (Array.isArray(value) ? listOf(field).read(value, path) : [field.read(value, path)]) };
}

/** Reads `{api?, webhooks?, clear?}` and puts it in force: `clear` first removes all, then what is given is added. */
export function setFaults(faults: Faults, body: unknown): void {
  const asked = faultFields.read(body, '');
  if (asked.clear) {
    faults.api.length = 0;
    faults.webhooks.length = 0;
  }
  faults.api.push(...(asked.api ?? []).map(toApiFault));
  faults.webhooks.push(
    ...(asked.webhooks ?? []).map(({ mode, types, times, copies, seconds }) => ({
      mode,
      types: types ?? null,
      times: times ?? null,
      copies: copies ?? 2,
      seconds: seconds ?? 1,
    })),
  );
}

function toApiFault(asked: ReturnType<typeof apiFault.read>): ApiFault {
  const named = typeof asked.status === 'string' && !/^\d+$/.test(asked.status) ? asked.status : asked.fault;
  return {
    kind: oneOf('status', 'cut-before', 'cut-after', '500-after', 'malformed', 'slow').read(named ?? 'status', 'api[fault]'),
    method: asked.method?.toUpperCase() ?? null,
    path: asked.path ?? null,
    status: named === asked.status ? 500 : Number(asked.status ?? 500),
    shouldRetry: asked.should_retry ?? null,
    seconds: asked.seconds ?? 1,
    times: asked.times ?? 1,
  };
}

/** The fault that this request meets, if any; it is used up by that. */
export function takeApiFault(faults: Faults, method: string, path: string): ApiFault | undefined {
  const found = faults.api.find(
    (fault) => (!fault.method || fault.method === method) && (!fault.path || matchesPath(fault.path, path)),
  );
  if (found) {
    found.times -= 1;
    faults.api = faults.api.filter((fault) => fault.times > 0);
  }
  return found;
}

/** `/v1/refunds` means exactly that, `/v1/refunds*` everything that begins so. */
function matchesPath(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}

/** The fault that this delivery meets, if any; one with a number of times is used up by that. */
export function takeWebhookFault(faults: Faults, type: string): WebhookFault | undefined {
  const found = faults.webhooks.find((fault) => !fault.types || fault.types.includes(type));
  if (found && found.times !== null) {
    found.times -= 1;
    faults.webhooks = faults.webhooks.filter((fault) => fault.times !== 0);
  }
  return found;
}
