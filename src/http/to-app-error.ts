import { AppError } from '../errors.ts';

/** Any error as one that a client may be told: what is not known becomes `unexpected`, and its message stays here. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) {
    return error;
  }
  if (isDatabaseAway(error)) {
    return new AppError('database-unavailable', 'This cannot be done just now. Please try again in a moment.', {
      retryAfterSeconds: 5,
      cause: error,
    });
  }
  return toRequestError(error) ?? new AppError('unexpected', 'Something went wrong on our side.', { cause: error });
}

const connectionCodes =
  /^(08...|57P0[1-5]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND)$/;
const connectionWords =
  /^(Connection terminated|Query read timeout|Client was closed|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether Postgres could not be reached, was going down or coming up, or ended the session (its FATAL); or what pg says of a socket. */
function isDatabaseAway(error: unknown): boolean {
  const { code, message, severity } = Object(error) as { code?: unknown; message?: unknown; severity?: unknown };
  if (severity === 'FATAL' || severity === 'PANIC') return true;
  return (
    (typeof code === 'string' && connectionCodes.test(code)) || (typeof message === 'string' && connectionWords.test(message))
  );
}

/** What Express and its body parsers throw for a request that cannot be read: they carry a status of the client's kind. */
function toRequestError(error: unknown): AppError | undefined {
  const { status, type } = Object(error) as { status?: unknown; type?: unknown };
  if (typeof status !== 'number' || status < 400 || status > 499) {
    return undefined;
  }
  if (status === 413) return new AppError('body-too-large', 'The body is larger than we take.', { cause: error });
  if (status === 415)
    return new AppError('media-type-not-supported', 'The body must be plain UTF-8, not compressed.', { cause: error });
  if (type === undefined) return new AppError('not-found', 'There is nothing at this address.', { cause: error });
  return new AppError('body-not-readable', 'The body cannot be read.', { cause: error });
}
