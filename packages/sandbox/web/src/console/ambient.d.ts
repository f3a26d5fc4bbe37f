/** contract.ts of the sandbox uses Node's Buffer. The pages compile without Node's types and do not use the type. */
interface Buffer extends Uint8Array {}
