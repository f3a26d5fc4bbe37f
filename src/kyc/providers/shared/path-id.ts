import { ProviderRefusedError } from '../provider-errors.ts';

const PATH_ID = /^[\w-]{1,255}$/;

/**
 * Returns the id if it is safe in the path of a URL. Encoding is not enough, because `..` contains nothing to encode
 * and leads to another path.
 * @throws ProviderRefusedError
 */
export function pathId(provider: string, id: string): string {
  if (PATH_ID.test(id)) return id;
  throw new ProviderRefusedError(provider, 'the id cannot be part of a path');
}
