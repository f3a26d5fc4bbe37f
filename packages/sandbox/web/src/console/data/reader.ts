/** Reads one at a time: asked for while a read is under way, it reads once more afterwards. */
export function createReader<T>(
  read: () => Promise<T>,
  onRead: (value: T) => void,
  onProblem: (error: unknown) => void,
): () => Promise<void> {
  let isReading = false;
  let isStale = false;

  return async function readAgain(): Promise<void> {
    isStale = true;
    if (isReading) return;
    isReading = true;
    while (isStale) {
      isStale = false;
      await read().then(onRead, onProblem);
    }
    isReading = false;
  };
}
