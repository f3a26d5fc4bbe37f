import { createHmac, randomBytes } from 'node:crypto';

declare global {
  // ECMAScript proposal "JSON.parse source text access", in Node since 21; TypeScript's es2023 lib lacks it.
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/** A number that keeps its spelling, such as 0.50. A receiver that re-serializes the JSON gets another signature. */
export function spelledNumber(text: string): unknown {
  return JSON.rawJSON(text);
}

export function hmacHex(secret: string, message: string | Buffer): string {
  return createHmac('sha256', secret).update(message).digest('hex');
}

/** The HMAC over `t.body`, where `t` is the time of signing in whole seconds. */
export function timestampedHmac(secret: string, t: number, body: Buffer): string {
  return hmacHex(secret, Buffer.concat([Buffer.from(`${t}.`), body]));
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Letters and digits without look-alikes, as in the ids of Persona. */
export function randomId(length = 24): string {
  return Array.from(randomBytes(length), (byte) => BASE58[byte % BASE58.length]).join('');
}

/** Looks like a JWT but is not one. Only the provider can read its session and SDK tokens. */
export function opaqueToken(): string {
  return `eyJhbGciOiJIUzI1NiJ9.${randomBytes(48).toString('base64url')}.${randomBytes(32).toString('base64url')}`;
}

/** ISO 8601 without fractions of a second, as Onfido writes times. */
export function isoSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
