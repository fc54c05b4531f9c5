import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/check-shapes.ts'],
    reporters: ['default', new SummaryReporter()],
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A worker goes through its files one after the other and loads each module once: what a file needs afresh it makes itself.
    isolate: false,
    // Files run side by side, one more than there are cores, since many wait for a clock or a mail server. Each worker holds some of the
    // one Postgres's connections, hence the upper bound.
    maxWorkers: Math.min(availableParallelism() + 1, 8),
  },
});
