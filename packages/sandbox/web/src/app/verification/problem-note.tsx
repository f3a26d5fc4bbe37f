import type { Problem } from '../../api/problem.ts';
import { problemWords } from '../words/problem-words.ts';

export function ProblemNote({ problem }: { problem: Problem | null }) {
  // The region is there before its words: else not every screen reader says them.
  return (
    <div role="alert">
      {problem !== null && (
        <div className="note note-bad">
          <p>{problemWords(problem)}</p>
          <p className="fine-print">
            Code: <code>{problem.code}</code>
          </p>
        </div>
      )}
    </div>
  );
}
