/** A newer gateway may use a word that this page does not know yet: then the fallback. */
export function pick<T>(words: Readonly<Record<string, T>>, word: string, fallback: T): T {
  return Object.hasOwn(words, word) ? (words[word] ?? fallback) : fallback;
}
