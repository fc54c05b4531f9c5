import pg from 'pg';

/** Values by name; an absent one is put as an empty text. */
export type StatementValues = Record<string, string | undefined>;

const placeholder = /:'(\w+)'/g;

/**
 * Puts values into a statement that takes no parameters (COPY): each `:'name'` becomes a literal, quoted by Postgres's own rules, as
 * psql does it. Comments are dropped. Throws a RangeError for a value that no placeholder asks for, a placeholder that has no
 * name among `values`, and a NUL, which no statement can hold.
 */
export function fillStatement(statement: string, values: StatementValues): string {
  const code = statement.replace(/--.*$/gm, '');
  const asked = new Set([...code.matchAll(placeholder)].map((match) => match[1]!));
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && !asked.has(name)) {
      throw new RangeError(`the statement has no value ${name}`);
    }
    if (value?.includes('\0')) {
      throw new RangeError(`the value ${name} holds a NUL`);
    }
  }
  return code
    .replace(placeholder, (_match, name: string) => {
      if (!Object.hasOwn(values, name)) {
        throw new RangeError(`the statement needs a value ${name}`);
      }
      return pg.escapeLiteral(values[name] ?? '');
    })
    .trim();
}
