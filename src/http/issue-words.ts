import type { z } from 'zod';

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  date: 'a date',
};

/** What is wrong with a field, as a half sentence whose subject is the field; never the value itself, which may be personal. */
export function issueWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${kinds[issue.expected] ?? 'of another kind'}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      if (issue.inclusive === false) {
        return `must be more than ${issue.minimum}`;
      }
      return issue.origin === 'string' && Number(issue.minimum) === 1
        ? 'must not be empty'
        : `must ${sized(issue.origin)} at least ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `must ${sized(issue.origin)} at most ${issue.maximum}${unit(issue.origin)}`;
    case 'invalid_format':
      return 'does not have the form that is wanted';
    default:
      return 'is not what is wanted here';
  }
}

function sized(origin: string): string {
  return unit(origin) ? 'have' : 'be';
}

function unit(origin: string): string {
  return { string: ' characters', array: ' entries', set: ' entries' }[origin] ?? '';
}
