import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { plantedBugs } from './bugs.ts';

describe('planted bugs', () => {
  test('are thirty or more, each with a name of its own', () => {
    const names = new Set(plantedBugs.map(({ name }) => name));
    expect(names.size).toBe(plantedBugs.length);
    expect(names.size).toBeGreaterThanOrEqual(30);
  });

  test.each(plantedBugs)('$name: fits the code as it is', ({ edits }) => {
    for (const { file, from, to } of edits) {
      const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
      expect(text.split(from).length - 1, `${file} holds, once: ${from}`).toBe(1);
      expect(to).not.toBe(from);
    }
  });
});
