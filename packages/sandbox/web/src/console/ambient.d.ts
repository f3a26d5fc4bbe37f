/** sandbox/contract.ts names it; here are the browser's types alone, and nothing that this page reads holds one. */
interface Buffer extends Uint8Array {}
