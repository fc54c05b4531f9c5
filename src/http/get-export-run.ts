import { getRun } from '../exports/export-runs.ts';
import { runJson } from './openapi/export-run.ts';
import { defineRoute } from './route.ts';

/** How an export went: what was asked, how many rows and bytes were sent, their SHA-256, sums, and the differences that stood. */
export const getExportRun = defineRoute({
  name: 'GET /v1/export-runs/{id}',
  summary: 'How an export went',
  output: { 200: { description: 'Rows, bytes, SHA-256, sums and the differences that stood.', json: runJson } },
  refuses: ['export-not-found'],
  async handle({ services, params }) {
    const run = await getRun(services.db, params.id!);
    return {
      status: 200,
      json: {
        id: run.id,
        report: run.report,
        format: run.format,
        filters: run.filters,
        asked_by: run.asked_by,
        status: run.finished_at ? 'finished' : run.failed_at ? 'failed' : 'running',
        started_at: run.started_at,
        finished_at: run.finished_at,
        failed_at: run.failed_at,
        rows: run.row_count,
        bytes: run.byte_count,
        sha256: run.sha256,
        totals: run.totals,
        differences: run.differences,
        books_differences: run.open,
      },
    };
  },
});
