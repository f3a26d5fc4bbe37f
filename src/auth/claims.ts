type Claims = Readonly<Record<string, unknown>>;

/**
 * Returns the value at a path of claim names that are separated by dots. A name may itself contain dots, as URLs do: at
 * each level, the longest part of the path that is the name of a claim wins.
 */
export function claimAt(claims: unknown, path: string): unknown {
  if (!isObject(claims)) return undefined;
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const name = path.slice(0, end);
    if (!Object.hasOwn(claims, name)) continue;
    return end === path.length ? claims[name] : claimAt(claims[name], path.slice(end + 1));
  }
  return undefined;
}

/**
 * Returns null if the claim holds no usable id. `sub` is a string (RFC 7519). An issuer's own claim may be a whole
 * number.
 */
export function userIdOf(claims: Claims, path: string): string | null {
  const value = claimAt(claims, path);
  const id = path !== 'sub' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof id === 'string' && id !== '' && id.length <= 255 ? id : null;
}

/** Returns null if the claim holds no usable address, or if the token says that the address is not verified. */
export function emailOf(claims: Claims, path: string): string | null {
  const email = claimAt(claims, path);
  const isUnverified = [claims['email_verified'], claimAt(claims, `${path}_verified`)].some(isFalse);
  return !isUnverified && isAddress(email) ? email : null;
}

function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Some issuers send the claim as a string. */
function isFalse(claim: unknown): boolean {
  return claim === false || claim === 'false';
}

/** Rejects line breaks and lists, which must not reach mail headers. The platform has validated the rest. */
function isAddress(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 320 && /^[^\s<>,;"]+@[^\s<>,;"@]+$/.test(text);
}
