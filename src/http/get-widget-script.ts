import { builtFile } from './built-file.ts';
import { defineRoute } from './route.ts';

/** The widget that a publisher puts under its articles: one module, for any site to load. */
export const getWidgetScript = defineRoute({
  name: 'GET /widget.js',
  summary: 'The widget',
  description: 'The module that a publisher puts under its articles, for any site to load.',
  output: { 200: { description: 'The module.', types: ['text/javascript'], headers: { ETag: 'Names the contents.' } } },
  refuses: ['not-found'],
  handle: () => builtFile('widget.js'),
});
