import { z } from 'zod';
import { instant } from './words.ts';

/** What `GET /v1/export-runs/{id}` answers. Sums are in minor units. */
export const runJson = z.object({
  id: z.string().describe('exp_…'),
  report: z.string(),
  format: z.string(),
  filters: z.record(z.string(), z.string()).describe('What was asked.'),
  asked_by: z.string(),
  status: z.enum(['running', 'finished', 'failed']),
  started_at: instant,
  finished_at: instant.nullable(),
  failed_at: instant.nullable(),
  rows: z.int().nullable(),
  bytes: z.int().nullable(),
  sha256: z.string().nullable().describe('Of exactly the bytes that were sent, in hex.'),
  totals: z.array(z.record(z.string(), z.union([z.string(), z.int(), z.null()]))),
  differences: z.int(),
  books_differences: z.array(z.object({ kind: z.string(), object_id: z.string(), detail: z.string(), found_at: instant })),
});
