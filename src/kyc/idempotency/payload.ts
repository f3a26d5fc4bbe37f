/** What makes two requests the same one. The order of a body's fields is no difference, and no body is an empty one. */
export function payloadOf(request: { method: string; path: string; body: unknown }): string {
  const fields = Object.entries(request.body ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([request.method, request.path, fields]);
}
