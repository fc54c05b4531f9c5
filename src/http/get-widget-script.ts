import { builtFile } from './built-file.ts';
import { defineRoute } from './route.ts';

/** The widget that a publisher puts under its articles: one module, for any site to load. */
export const getWidgetScript = defineRoute({
  name: 'GET /widget.js',
  handle: () => builtFile('widget.js'),
});
