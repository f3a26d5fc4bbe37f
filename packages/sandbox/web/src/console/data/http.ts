/** A failed call to the sandbox. The page shows the message. */
export class SandboxProblem extends Error {}

/** Returns the response's JSON, or null if it has none. Rejects with a `SandboxProblem` or the signal's reason. */
export async function call(path: string, init: RequestInit = {}): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(path, { cache: 'no-store', ...init });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new SandboxProblem('the sandbox does not respond', { cause: error });
  }
  const content = parse(await answer.text());
  if (!answer.ok) throw new SandboxProblem(wordsOf(content) ?? `the sandbox responded with ${answer.status}`);
  return content;
}

export function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wordsOf(content: unknown): string | null {
  if (typeof content !== 'object' || content === null || !('error' in content)) return null;
  return typeof content.error === 'string' ? content.error : null;
}
