import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The browser code's entry of each build mode; `vite build --mode widget`. Each becomes one file that needs no other. */
const entries: Record<string, string> = {
  widget: here('src/web/widget/gratis-ask.ts'),
  pages: here('src/web/pages/pages.ts'),
  docs: here('src/web/docs/docs.ts'),
};

export default defineConfig(({ mode }) => ({
  root: here('.'),
  publicDir: false,
  logLevel: 'warn',
  build: {
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    outDir: here('dist'),
    emptyOutDir: false,
    rolldownOptions: { output: { minify: true } }, // whole: as a library vite would keep the white space
    lib: { entry: entries[mode] ?? '', formats: ['es'], fileName: () => `${mode}.js`, cssFileName: mode },
  },
}));
