import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { TABLE } from './providers.mjs';

const page = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The pages need the table of providers, but not the emulators from which it is made. */
const evaluatedTable = {
  name: 'evaluated-table',
  load: (id: string) =>
    id === page('providers.mjs') ? `export const TABLE = ${JSON.stringify(TABLE)};` : null,
};

/** Builds two pages: the demo app for users and the console for developers. The sandbox serves both from `dist`. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/web/',
  plugins: [evaluatedTable],
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    rolldownOptions: { input: { app: page('app.html'), console: page('console.html') } },
  },
});
