import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, whether they work or wait; the rest goes by size until a machine has its own figures. */
const longest = [
  'test/storm/kills/kills.test.ts',
  'test/bench/bench.test.ts',
  'test/mail/killed-worker.test.ts',
  'test/storm/storm.test.ts',
  'test/storm/floods/flood.test.ts',
  'test/everyone/every-page.test.ts',
  'test/everyone/narrow.test.ts',
  'test/browser/widget.test.ts',
  'test/abuse/flood.test.ts',
  'test/everyone/widget.test.ts',
];

/** Starts the longest files first: a long one that begins last keeps one worker busy while the others have nothing left to do. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const first = longest.flatMap((name) => others.filter(({ moduleId }) => moduleId.endsWith(name)));
    return [...first, ...others.filter((file) => !first.includes(file))];
  }
}
