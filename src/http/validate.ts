import type { z } from 'zod';
import { AppError, type FieldError } from '../errors.ts';
import { issueWords } from './issue-words.ts';

const mostErrors = 50;

/**
 * What a schema makes of an input. Throws an AppError `invalid-input` that names every wrong field at once, those in `known` too:
 * what the caller found out that the schema cannot know.
 */
export function validate<Input>(schema: z.ZodType<Input>, given: unknown, known: FieldError[] = []): Input {
  const parsed = schema.safeParse(given, { error: issueWords });
  const found = parsed.success ? findNulCharacters(parsed.data, '') : parsed.error.issues.flatMap(toFieldErrors);
  const errors = [...found, ...known.filter(({ pointer }) => !found.some((error) => error.pointer === pointer))];
  if (!parsed.success || errors.length > 0) {
    throw new AppError('invalid-input', 'Some fields are wrong.', { errors: errors.slice(0, mostErrors) });
  }
  return parsed.data;
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const parent = toPointer(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: `${parent}${toPointer([key])}`, detail: 'is not a field we know' }));
  }
  return [{ pointer: parent, detail: issue.message }];
}

/** A JSON pointer (RFC 6901). */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Postgres keeps no NUL in a text. */
function findNulCharacters(value: unknown, pointer: string): FieldError[] {
  if (typeof value === 'string') {
    return value.includes('\0') ? [{ pointer, detail: 'must not hold a NUL character' }] : [];
  }
  const isPlain = Array.isArray(value) || (typeof value === 'object' && value !== null && !(value instanceof Date));
  return isPlain ? Object.entries(value).flatMap(([key, part]) => findNulCharacters(part, `${pointer}${toPointer([key])}`)) : [];
}
