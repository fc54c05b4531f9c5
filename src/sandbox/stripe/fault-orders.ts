import { invalidParameter } from './errors.ts';
import { type ApiFault, apiFaultKinds, type Faults, type WebhookFault, webhookFaultModes } from './faults.ts';
import { anything, type Field, flag, group, listOf, needed, oneOf, text, wholeNumber } from './fields.ts';

/** A decimal number within bounds. */
function decimal(least: number, most: number): Field<number> {
  return {
    read: (value, path) => {
      const read = typeof value === 'number' ? value : Number(String(value));
      if (!(read >= least && read <= most)) {
        throw invalidParameter(`This value must be a number from ${least} to ${most}.`, path);
      }
      return read;
    },
  };
}

const frequency = { times: wholeNumber(1), probability: decimal(0, 1) };
const longestWait = 600;
const longestDelay = 30 * 86_400;

const apiFault = group({
  ...frequency,
  method: text,
  path: text,
  fault: oneOf(...apiFaultKinds),
  status: anything,
  should_retry: flag,
  seconds: decimal(0, longestWait),
});

const webhookFault = group({
  ...frequency,
  mode: needed(oneOf(...webhookFaultModes)),
  types: listOf(text),
  copies: wholeNumber(2, 100),
  seconds: decimal(0, longestDelay),
  window: wholeNumber(2, 1000),
});

const orderFields = group({ seed: wholeNumber(), api: oneOrMany(apiFault), webhooks: oneOrMany(webhookFault), clear: flag });

function oneOrMany<T>(field: Field<T>): Field<T[]> {
  return { read: (value, path) => (Array.isArray(value) ? listOf(field).read(value, path) : [field.read(value, path)]) };
}

/** Reads `{seed?, api?, webhooks?, clear?}` and puts it in force: `clear` first removes all, then what is given is added. Either starts chance anew. */
export function orderFaults(faults: Faults, body: unknown): void {
  const asked = orderFields.read(body, '');
  const api = (asked.api ?? []).map(toApiFault);
  if (asked.clear) {
    Object.assign(faults, { api: [], webhooks: [], streams: 0 });
  }
  if (asked.seed != null) {
    Object.assign(faults, { seed: asked.seed, streams: 0 });
  }
  const draw = () => ({ stream: faults.streams++, draws: 0 });
  faults.api.push(...api.map((fault) => ({ ...fault, ...draw() })));
  faults.webhooks.push(...(asked.webhooks ?? []).map((fault) => ({ ...toWebhookFault(fault), ...draw() })));
}

type Ordered<T> = Omit<T, 'stream' | 'draws'>;

/** Once, unless a number of times or a probability says otherwise. */
function toApiFault(asked: ReturnType<typeof apiFault.read>): Ordered<ApiFault> {
  const named = typeof asked.status === 'string' && !/^\d+$/.test(asked.status) ? asked.status : asked.fault;
  return {
    kind: oneOf(...apiFaultKinds).read(named ?? 'status', 'api[fault]'),
    method: asked.method?.toUpperCase() ?? null,
    path: asked.path ?? null,
    status: named === asked.status ? 500 : Number(asked.status ?? 500),
    shouldRetry: asked.should_retry ?? null,
    seconds: asked.seconds ?? 1,
    times: asked.times ?? (asked.probability == null ? 1 : null),
    probability: asked.probability ?? null,
  };
}

/** Until it is cleared, unless a number of times says otherwise. */
function toWebhookFault(asked: ReturnType<typeof webhookFault.read>): Ordered<WebhookFault> {
  return {
    mode: asked.mode,
    types: asked.types ?? null,
    copies: asked.copies ?? 2,
    seconds: asked.seconds ?? 1,
    window: asked.window ?? 10,
    times: asked.times ?? null,
    probability: asked.probability ?? null,
  };
}
