/** TypeScript rejects the import of a style sheet without this declaration. Vite bundles the style sheets. */
declare module '*.css';
