import { expect, inject, test, vi } from 'vitest';
import { runFlood } from './flood.ts';

test('a flood of webhooks, shuffled, some twice, some forged and some never, ends in equal books after one comparison', {
  timeout: 120_000,
}, async () => {
  vi.spyOn(console, 'trace').mockImplementation(() => undefined);
  const adminUrl = inject('postgresUrl');
  const { sent, never, differences } = await runFlood({ adminUrl, webhooks: 500, seed: 7, note: () => undefined });
  vi.restoreAllMocks();
  expect(differences).toEqual([]);
  expect(sent.duplicates).toBeGreaterThan(100);
  expect(sent.tampered).toBeGreaterThan(2);
  expect(never).toBeGreaterThan(15);
});
