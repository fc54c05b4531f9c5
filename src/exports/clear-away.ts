import v8 from 'node:v8';
import vm from 'node:vm';

const everyBytes = 4 * 1024 * 1024;

let collect: ((options: { type: 'minor' }) => void) | undefined;

/**
 * To be told of bytes that passed through; clears away young garbage from time to time, in less than a millisecond. V8 does so only when
 * its own heap has grown, and what is read off a connection stands outside of it: by itself it would let 100 MB pile up.
 */
export function clearAway(): (bytes: number) => void {
  let passed = 0;
  return (bytes) => {
    passed += bytes;
    if (passed >= everyBytes) {
      passed = 0;
      collect ??= exposeCollector();
      collect({ type: 'minor' });
    }
  };
}

function exposeCollector(): NonNullable<typeof collect> {
  v8.setFlagsFromString('--expose-gc');
  const exposed = vm.runInNewContext('gc');
  v8.setFlagsFromString('--no-expose-gc');
  return exposed;
}
