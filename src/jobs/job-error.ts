/** What the queue keeps of a failure: its class and code. A message may quote what a person wrote. */
export function toJobError(error: unknown): Error {
  if (!(error instanceof Error)) {
    return new Error('not an error');
  }
  const code = (error as { code?: unknown }).code;
  return new Error(typeof code === 'string' && /^[\w-]{1,60}$/.test(code) ? `${error.name} ${code}` : error.name);
}
