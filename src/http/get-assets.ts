import { AppError } from '../errors.ts';
import { builtFile } from './built-file.ts';
import { defineRoute } from './route.ts';

const files = ['pages.css', 'pages.js', 'icon.svg'] as const;

/** The look, the script and the icon of our own pages. */
export const getAssets = defineRoute({
  name: 'GET /assets/{file}',
  async handle({ params }) {
    const file = files.find((name) => name === params.file);
    if (!file) {
      throw new AppError('not-found', 'There is nothing at this address.');
    }
    return builtFile(file);
  },
});
