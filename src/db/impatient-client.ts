import type pg from 'pg';
import { NamedClient } from './named-client.ts';

/** What pg says where an answer did not come within `query_timeout`. */
export const noAnswer = 'Query read timeout';

/** A connection that is given up whole once an answer did not come in time: nobody knows what it still carries. */
export class ImpatientClient extends NamedClient {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const ask = this.query.bind(this) as (...given: unknown[]) => unknown;
    this.query = ((...given: unknown[]) => {
      const answer = ask(...given);
      if (answer instanceof Promise) {
        answer
          .catch((error: unknown) => (error instanceof Error && error.message === noAnswer ? this.end() : undefined))
          .catch(() => undefined);
      }
      return answer;
    }) as typeof this.query;
  }
}
