import pg from 'pg';

const name = /^\/\* name: (\w+) \*\//;

/** A connection that prepares a statement beginning with `/* name: … *\/` once, under that name: for statements on hot paths. */
export class NamedClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const ask = this.query.bind(this) as (...given: unknown[]) => unknown;
    this.query = ((text: unknown, values: unknown, ...rest: unknown[]) => {
      const named = typeof text === 'string' ? name.exec(text)?.[1] : undefined;
      return named ? ask({ name: named, text, values }, ...rest) : ask(text, values, ...rest);
    }) as typeof this.query;
  }
}
