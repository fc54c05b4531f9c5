import type pg from 'pg';
import { NamedClient } from './named-client.ts';

/** What pg says where an answer did not come within `query_timeout`. */
export const noAnswer = 'Query read timeout';

/**
 * A connection that is given up whole once an answer did not come in time, as nobody knows what it still carries, or
 * once Postgres said that it ends it: the farewell comes before the socket closes, and a pool would hand it out meanwhile.
 */
export class ImpatientClient extends NamedClient {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const ask = this.query.bind(this) as (...given: unknown[]) => unknown;
    this.query = ((...given: unknown[]) => {
      const answer = ask(...given);
      if (answer instanceof Promise) {
        answer.catch((error: unknown) => (isTheEnd(error) ? this.end() : undefined)).catch(() => undefined);
      }
      return answer;
    }) as typeof this.query;
  }
}

function isTheEnd(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.message === noAnswer || (error as { severity?: unknown }).severity === 'FATAL';
}
