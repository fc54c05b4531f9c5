import { AppError } from '../errors.ts';

/** How often something that failed is worth another try. */
export type Retry = 'never' | 'few' | 'until-it-works';

/** What Node, Postgres and its driver say when the other side is away; see postgresql.org, appendix A, classes 08, 53 and 57P. */
const outageCodes =
  /^(ECONN(REFUSED|RESET|ABORTED)|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08...|53[0-3]..|57P0[1-5])$/;
const outageMessages = /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

/**
 * Sorts every error of the work on what Stripe says, in one place: an outage is waited for until it ends, what cannot come right is
 * not tried again, and all the rest (a bug, a conflict) gets a few tries.
 */
export function retryOf(error: unknown): Retry {
  if (error instanceof AppError) {
    return retryOfCode(error);
  }
  return isOutage(error) ? 'until-it-works' : 'few';
}

function retryOfCode(error: AppError): Retry {
  switch (error.code) {
    case 'stripe-unavailable':
    case 'database-unavailable':
      return 'until-it-works';
    case 'stripe-value-unknown':
    case 'stripe-object-gone':
      return 'never';
    case 'stripe-refused': // our key as a whole is refused: no object is at fault, and a person will put the key right
      return error.extension?.stripe_code === 'authentication' ? 'until-it-works' : 'few';
    default:
      return 'few';
  }
}

function isOutage(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return (typeof code === 'string' && outageCodes.test(code)) || (typeof message === 'string' && outageMessages.test(message));
}
