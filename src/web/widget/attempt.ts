/** One try of a reader to give: the service lets one attempt be paid once, whatever is asked in it. */
export interface Attempt {
  /** Goes with every request of this attempt. */
  readonly id: () => string;
  /** The idempotency key of a request: the same for the same body, so that a retry is no second request. */
  readonly keyFor: (json: string) => string;
  /** The last request has done its work: the next one is a new request of the same attempt, even with the same body. */
  readonly settle: () => void;
  /** The service said that this attempt is over: what follows is another gift. */
  readonly renew: () => void;
  /** The reader leaves for the payment page: whoever comes back to this page is in the same attempt, even where it is loaded anew. */
  readonly keep: () => void;
}

/** Opens an attempt: the one that left from this very entry of the browser's history, else its id is drawn now. */
export function openAttempt(): Attempt {
  let id = leftAttempt() ?? newId();
  let key = '';
  let lastJson = '';
  const settle = () => {
    lastJson = '';
  };
  return {
    id: () => id,
    keyFor(json) {
      if (json !== lastJson) {
        lastJson = json;
        key = newId();
      }
      return key;
    },
    settle,
    renew() {
      id = newId();
      settle();
    },
    keep() {
      const state: unknown = history.state;
      if (typeof state === 'object' && !Array.isArray(state)) {
        history.replaceState({ ...state, [noted]: id }, ''); // what the page itself notes there stays
      }
    },
  };
}

const noted = 'gratisAttempt';

function leftAttempt(): string | undefined {
  const id: unknown = (history.state as Record<string, unknown> | null)?.[noted];
  return typeof id === 'string' ? id : undefined;
}

/** A random UUID (version 4), also where `crypto.randomUUID` is missing: on a page without https. */
export function newId(): string {
  return (
    crypto.randomUUID?.() ??
    '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (place) =>
      (Number(place) ^ (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (Number(place) / 4)))).toString(16),
    )
  );
}
