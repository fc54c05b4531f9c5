import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one line for scripts to read: `N passed, N failed, N skipped`, counted in tests. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      const states = Array.from(module.children.allTests(), (test) => test.result().state);
      for (const state of states) {
        count[state === 'pending' ? 'skipped' : state] += 1;
      }
      if (module.state() === 'failed' && !states.includes('failed')) {
        count.failed += 1; // a file that could not even be loaded must not count as nothing
      }
    }
    process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  }
}
