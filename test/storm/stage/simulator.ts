/** A Stripe object as the simulator shows it. */
export type StripeObject = { id: string; object: string; created: number; [field: string]: unknown };

/** Everything the simulated account holds, by Stripe's names. */
export type SimulatorState = {
  now: number;
  problems: string[];
  /** How often each kind of fault has struck. */
  fired: Record<string, number>;
  agenda: { at: number }[];
  /** All objects of a kind, oldest first. */
  all(kind: string): StripeObject[];
  find(kind: string, id: unknown): StripeObject | undefined;
};

export type Answer = { status: number; body: Record<string, unknown> };

/** Stripe as its account's owner, its donors and the storm itself handle it. */
export type StripeSide = {
  url: string;
  /** As the dashboard does; never throws for a refusal. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, params?: Record<string, unknown>): Promise<Answer>;
  lever(action: string, body?: unknown): Promise<Record<string, unknown>>;
  state(): Promise<SimulatorState>;
};

/** The dashboard meets no faults: they are for the service. */
const exempt = { 'sim-faults': 'none' };

export function openStripeSide(url: string, secretKey: string): StripeSide {
  return {
    url,
    async call(method, path, params = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json', ...exempt },
        ...(method === 'POST' && { body: JSON.stringify(params) }),
        redirect: 'manual',
      });
      const text = await response.text();
      return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : {} };
    },
    async lever(action, body = {}) {
      const response = await fetch(`${url}/_sim/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${action} answered ${response.status}: ${await response.text()}`);
      return response.json() as Promise<Record<string, unknown>>;
    },
    async state() {
      const seen = (await (await fetch(`${url}/_sim/state`)).json()) as Omit<SimulatorState, 'all' | 'find'> &
        Record<string, unknown>;
      return Object.assign(seen, indexed(seen));
    },
  };
}

/** Finds objects in lists by kind and id, however many there are. */
export function indexed(lists: Record<string, unknown>): Pick<SimulatorState, 'all' | 'find'> {
  const indexes = new Map<string, Map<string, StripeObject>>();
  const all = (kind: string) => (lists[kind] as StripeObject[] | undefined) ?? [];
  const indexOf = (kind: string) => {
    const index = indexes.get(kind) ?? new Map(all(kind).map((one) => [one.id, one]));
    indexes.set(kind, index);
    return index;
  };
  return { all, find: (kind, id) => indexOf(kind).get(idOf(id) ?? '') };
}

/** Stripe's id out of a field that holds an id or the object. */
export function idOf(reference: unknown): string | undefined {
  return typeof reference === 'string' ? reference : (reference as { id?: string } | null | undefined)?.id;
}
