/** Both ends of a long text: they are what the eye compares. */
export function shorten(text: string, ends = 10): string {
  return text.length <= 2 * ends + 1 ? text : `${text.slice(0, ends)}…${text.slice(-ends)}`;
}
