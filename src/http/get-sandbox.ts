import { z } from 'zod';
import { AppError } from '../errors.ts';
import { defineRoute } from './route.ts';

/** The demo's addresses and keys, so that programs find their way around it; there is no such thing outside the demo. */
export const getSandbox = defineRoute({
  name: 'GET /sandbox.json',
  summary: 'The demo’s addresses and keys',
  output: { 200: { description: 'Only in the demo.', json: z.looseObject({ service: z.string() }) } },
  refuses: ['not-found'],
  async handle({ services }) {
    const { demo } = services.config;
    if (!demo) {
      throw new AppError('not-found', 'There is nothing at this address.');
    }
    return { status: 200, json: demo };
  },
});
