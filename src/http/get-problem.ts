import { AppError, type ErrorCode } from '../errors.ts';
import { problems } from './problem.ts';
import { defineRoute } from './route.ts';

/** What the `type` of a problem leads to: its title, in plain text. */
export const getProblem = defineRoute({
  name: 'GET /problems/{code}',
  summary: 'What a problem’s type leads to',
  output: { 200: { description: 'Its title.', types: ['text/plain'] } },
  async handle({ params }) {
    const code = params.code ?? '';
    if (!Object.hasOwn(problems, code)) {
      throw new AppError('not-found', 'There is nothing at this address.');
    }
    const { title, status } = problems[code as ErrorCode];
    return { status: 200, text: `${title} (status ${status})\n` };
  },
});
