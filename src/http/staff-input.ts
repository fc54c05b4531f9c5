import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { validate } from './validate.ts';

/** Reads what staff ask by a schema; throws request-not-possible (422) that points at everything that is wrong. */
export function staffInput<Input>(schema: z.ZodType<Input>): (given: unknown) => Input {
  return (given) => {
    try {
      return validate(schema, given);
    } catch (error) {
      throw error instanceof AppError && error.code === 'invalid-input'
        ? new AppError('request-not-possible', error.message, { errors: error.errors })
        : error;
    }
  };
}
