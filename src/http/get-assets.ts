import { AppError } from '../errors.ts';
import { builtFile } from './built-file.ts';
import { defineRoute } from './route.ts';

const files = ['pages.css', 'pages.js', 'icon.svg', 'docs.css', 'docs.js', 'swagger-ui.css', 'swagger-ui-bundle.js'] as const;

/** The look, the script and the icon of our own pages. */
export const getAssets = defineRoute({
  name: 'GET /assets/{file}',
  summary: 'What our own pages need',
  description: 'Looks, scripts and the icon of our own pages.',
  output: {
    200: {
      description: 'The file.',
      types: ['text/css', 'text/javascript', 'image/svg+xml'],
      headers: { ETag: 'Names the contents.' },
    },
  },
  async handle({ params }) {
    const file = files.find((name) => name === params.file);
    if (!file) {
      throw new AppError('not-found', 'There is nothing at this address.');
    }
    return builtFile(file);
  },
});
