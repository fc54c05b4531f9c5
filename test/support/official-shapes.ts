import type { Exchange } from '../../src/sandbox/stripe/exchange.ts';
import { apiVersion } from '../../src/sandbox/stripe/world.ts';
import { differences } from './schema-differences.ts';
import { keepFindings } from './shape-findings.ts';

type Loose = Record<string, unknown>;

/** What the hosted pages' own scripts call: Stripe documents no types for it. */
const undocumented = ['GET /v1/payment_pages/{id}', 'POST /v1/payment_pages/{id}/confirm'];

/** Kinds of balance transactions that Stripe may tell one day, or tells already, and that its types do not name. */
const unnamedKinds = /^(something_new\w*|network_cost)$/;

const seen = { requests: new Set<string>(), objects: new Set<string>(), events: new Set<string>() };

/** Holds a simulator's exchanges to Stripe's own types: give it to every simulator as `onExchange`. What is wrong fails the test that is running. */
export function holdToOfficialShapes(exchange: Exchange): void {
  keepFindings(findDifferences(exchange));
}

/** From here on, what was seen is counted anew. */
export function forgetShapes(): void {
  for (const names of Object.values(seen)) names.clear();
}

/** Which requests were taken and which objects and events were told, since they were last forgotten. */
export function seenShapes(): { requests: string[]; objects: string[]; events: string[] } {
  const { requests, objects, events } = seen;
  return { requests: [...requests].sort(), objects: [...objects].sort(), events: [...events].sort() };
}

/** How one exchange differs from what Stripe's types say. A request that was refused may be as wrong as it likes; its answer may not. */
export function findDifferences(exchange: Exchange): string[] {
  if (exchange.kind === 'event') {
    return differencesOfEvent(exchange.event as unknown as Loose);
  }
  const { endpoint, version, params, status, body } = exchange;
  const answer = JSON.parse(body) as Loose;
  const wasTaken = status < 400 || status === 402;
  const asked =
    wasTaken && version === apiVersion && !undocumented.includes(endpoint) ? differencesOfRequest(endpoint, params) : [];
  const answered = status < 400 ? differencesOfAnswer(answer) : differencesOfError(answer);
  return [...asked, ...answered.map((difference) => `${endpoint} answered ${difference}`)];
}

function differencesOfRequest(endpoint: string, params: Loose): string[] {
  seen.requests.add(endpoint);
  const copy = JSON.parse(JSON.stringify(params)) as Loose; // text becomes numbers in it where numbers belong
  return differences('requests', endpoint, copy).map((difference) => `${endpoint} was sent ${difference}`);
}

/** An object, a list of them, or the page's own answer: a session with its intent. */
function differencesOfAnswer(answer: Loose): string[] {
  if (answer.object !== 'list') {
    return differencesOfObject(answer);
  }
  const { data, has_more, url, object, ...more } = answer;
  const isList =
    Array.isArray(data) && typeof has_more === 'boolean' && typeof url === 'string' && Object.keys(more).length === 0;
  return isList ? data.flatMap((entry) => differencesOfObject(entry as Loose)) : ['a list that is not one of Stripe’s'];
}

function differencesOfObject(object: Loose): string[] {
  const name = nameOf(object.object, object.deleted);
  noteObjects(object);
  const inside = name === 'event' ? differencesOfObject((object.data as { object: Loose }).object) : [];
  const isUnnamed = name === 'balance_transaction' && unnamedKinds.test(String(object.type));
  return [...differences('objects', name, isUnnamed ? { ...object, type: 'adjustment' } : object), ...inside];
}

/** Notes an object and all that are in it, expanded or always there: its type checks them along with it. */
function noteObjects(value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  const { object, deleted } = value as Loose;
  if (typeof object === 'string' && object !== 'list') {
    seen.objects.add(nameOf(object, deleted));
  }
  Object.values(value).forEach(noteObjects);
}

function nameOf(object: unknown, deleted: unknown): string {
  return `${deleted ? 'deleted ' : ''}${object}`;
}

/** The event, the object in it, and that object as it was before. */
function differencesOfEvent(event: Loose): string[] {
  const type = String(event.type);
  seen.events.add(type);
  const { object, previous_attributes: previous } = event.data as { object: Loose; previous_attributes?: Loose };
  const { metadata, ...before } = previous ?? {}; // of metadata only the keys that changed are told
  const found = differencesOfObject(JSON.parse(JSON.stringify(event)) as Loose);
  const earlier = previous ? differencesOfObject({ ...object, ...before }) : [];
  return [...found, ...earlier.map((difference) => `before: ${difference}`)].map((difference) => `${type} told ${difference}`);
}

function differencesOfError(answer: Loose): string[] {
  const error = answer.error as Loose | undefined;
  if (typeof error?.type !== 'string' || typeof error.message !== 'string' || Object.keys(answer).length !== 1) {
    return ['an error that is not one of Stripe’s'];
  }
  return [error.payment_intent, error.payment_method, error.setup_intent]
    .filter(Boolean)
    .flatMap((inner) => differencesOfObject(inner as Loose));
}
