import { Logger } from 'graphile-worker';
import type { Log } from '../log.ts';

/** graphile-worker's words in our log. A failed task is left out: whoever runs the tasks says that itself. */
export function toGraphileLogger(log: Log): Logger {
  return new Logger(() => (level, message, meta) => {
    if (meta?.failure) return;
    const [line = ''] = message.split('\n');
    const error = meta?.error;
    const facts = error instanceof Error ? { error } : {};
    if (level === 'error') log.error(`queue: ${line}`, facts);
    else if (level === 'warning') log.warn(`queue: ${line}`, facts);
    else log.debug(`queue: ${line}`, facts);
  });
}
