import { setTimeout as pause } from 'node:timers/promises';

/** Asks for a fact until it holds (the function stops throwing) and answers it; after `seconds` it throws the last refusal. */
export async function eventually<Fact>(ask: () => Promise<Fact> | Fact, seconds = 20): Promise<Fact> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > end) throw error;
      await pause(15);
    }
  }
}
