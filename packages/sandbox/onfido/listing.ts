import type { WorkflowRun } from './runs.ts';
import { invalid } from './problem.ts';

const PAGE_SIZE = 20;

/** "List workflow runs" (Onfido API reference v3.6); a run must match one listed `status` and all listed `tags`. */
export function listRuns(runs: WorkflowRun[], query: Record<string, string | undefined>): WorkflowRun[] {
  const statuses = list(query['status']);
  const tags = list(query['tags']) ?? [];
  const after = time(query['created_at_gt'], 'created_at_gt') ?? Number.NEGATIVE_INFINITY;
  const before = time(query['created_at_lt'], 'created_at_lt') ?? Number.POSITIVE_INFINITY;
  const page = Number(query['page'] ?? 1);
  if (!Number.isInteger(page) || page < 1) throw invalid({ page: ['must be a positive number'] });

  const matching = runs.filter((run) => {
    const created = run.createdAt.getTime();
    return (
      (query['applicant_id'] === undefined || run.request.applicant_id === query['applicant_id']) &&
      (statuses === null || statuses.includes(run.status)) &&
      tags.every((tag) => run.request.tags?.includes(tag) ?? false) &&
      created > after &&
      created < before
    );
  });
  const sorted = query['sort'] === 'asc' ? matching : matching.toReversed();
  return sorted.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
}

function list(value: string | undefined): string[] | null {
  return value === undefined || value === '' ? null : value.split(',');
}

function time(value: string | undefined, name: string): number | null {
  if (value === undefined) return null;
  const parsed = Date.parse(value);
  if (Number.isNaN(parsed)) throw invalid({ [name]: ['invalid format'] });
  return parsed;
}
