import type { Writable } from 'node:stream';

/** A reader went away, or stopped reading. */
export class ReaderGone extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ReaderGone';
  }
}

/**
 * Writes, and waits until the bytes are on their way, so that their memory may be used again. Throws a ReaderGone if the reader closes,
 * or takes nothing for `patienceSeconds`.
 */
export function writePatiently(target: Writable, bytes: Buffer, patienceSeconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    if (target.destroyed || target.errored) {
      reject(new ReaderGone('the reader has gone', { cause: target.errored }));
      return;
    }
    const settle = (error?: ReaderGone) => {
      clearTimeout(timer);
      target.off('close', onClose).off('error', onError);
      if (error) reject(error);
      else resolve();
    };
    const onClose = () => settle(new ReaderGone('the reader has gone'));
    const onError = (cause: Error) => settle(new ReaderGone('the reader cannot be written to', { cause }));
    const timer = setTimeout(() => settle(new ReaderGone('the reader has stopped reading')), patienceSeconds * 1000);
    target.on('close', onClose).on('error', onError);
    target.write(bytes, (cause) => settle(cause ? new ReaderGone('the reader cannot be written to', { cause }) : undefined));
  });
}
