/** Vite takes these out of the script; TypeScript only has to know that they may be imported. */
declare module '*.css';
