import { parameters, readExportRequest } from '../exports/export-parameters.ts';
import { fileNameOf } from '../exports/file-name.ts';
import { fileFormatOf, formats } from '../exports/formats.ts';
import { reportNames } from '../exports/reports.ts';
import { runExport } from '../exports/run-export.ts';
import { ReaderGone } from '../exports/write-patiently.ts';
import { defineRoute } from './route.ts';

/** A report as a file, streamed as the database gives it; how it went stands at the run that X-Export-Run names. */
export const getExport = defineRoute({
  name: 'GET /v1/exports/{report}',
  summary: 'A report as a file',
  description: `Reports: ${reportNames().join(', ')}. Streams; a download that breaks off is broken, not short.`,
  takes: parameters,
  output: {
    200: {
      description: 'The report.',
      types: formats.map((format) => fileFormatOf(format).contentType),
      headers: {
        'Content-Disposition': 'The name of the file.',
        'X-Export-Run': 'Where it stands how the export went.',
        'X-Books-Differences': 'How many differences between the books and Stripe stand open.',
      },
    },
  },
  refuses: ['export-not-found', 'export-not-possible'],
  async handle({ services, params, request, response, caller }) {
    const wanted = readExportRequest(params.report!, request.query, services.config.newsroom.time_zone);
    if (request.method === 'HEAD') {
      return { status: 200, text: '' };
    }
    try {
      await runExport(services, wanted, caller!.id, {
        open({ runId, differences }) {
          return response.status(200).set({
            'Content-Type': fileFormatOf(wanted.format).contentType,
            'Content-Disposition': `attachment; filename="${fileNameOf(wanted)}"`,
            'X-Export-Run': runId,
            'X-Books-Differences': String(differences),
          });
        },
      });
      response.end();
    } catch (error) {
      if (!(error instanceof ReaderGone)) throw error;
      services.log.info('an export was not read to its end', { reason: error.message });
      response.destroy();
    }
    return undefined;
  },
});
