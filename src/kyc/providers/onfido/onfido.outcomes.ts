import type { Outcome } from '../../domain/outcome.ts';

export const ONFIDO = 'onfido';

/** `noted` where nothing is decided and the user is not through yet. A run ends in `review`; people decide it later. */
const RUN_OUTCOMES: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ['awaiting_input', 'noted'],
  ['awaiting_client_input', 'noted'],
  ['processing', 'submitted'],
  ['approved', 'approved'],
  ['declined', 'declined'],
  ['review', 'in_review'],
  ['abandoned', 'abandoned'],
  ['error', 'failed'],
]);

export function outcomeOfRun(status: string): Outcome {
  return RUN_OUTCOMES.get(status) ?? 'unknown';
}

/** The only statuses in which the user still has something to do at Onfido's pages. */
export function isRunWaitingForUser(status: string): boolean {
  return status === 'awaiting_input' || status === 'awaiting_client_input';
}

const CHECKS_IN_PROGRESS: ReadonlySet<string> = new Set([
  'in_progress',
  'awaiting_applicant',
  'paused',
  'reopened',
]);

/** `noted`: no verdict yet. `consider` means that somebody should look: it is no decline. */
export function outcomeOfCheck(status: string, result: string | null): Outcome {
  if (CHECKS_IN_PROGRESS.has(status)) return 'noted';
  if (status === 'withdrawn') return 'abandoned';
  if (status !== 'complete') return 'unknown';
  if (result === 'clear') return 'approved';
  return result === 'consider' ? 'in_review' : 'unknown';
}

/** Events that announce a change of a check and say nothing about its result: it has to be asked for. */
const CHECK_ANNOUNCEMENTS: ReadonlySet<string> = new Set([
  'check.completed',
  'check.reopened',
  'check.withdrawn',
]);

export function isCheckAnnouncement(action: string): boolean {
  return CHECK_ANNOUNCEMENTS.has(action);
}

const NOTED_ACTIONS: ReadonlySet<string> = new Set([
  'check.started',
  'check.form_completed',
  'watchlist_monitor.matches_updated',
  'audit_log.created',
  'workflow_timeline_file.created',
  'workflow_run_evidence_folder.created',
]);

/** What the events say that name no verdict themselves. A run's tasks and a check's reports are steps on the way. */
export function outcomeOfAction(action: string): Outcome {
  const isStep = action.startsWith('workflow_task.') || action.startsWith('report.');
  return isStep || isCheckAnnouncement(action) || NOTED_ACTIONS.has(action) ? 'noted' : 'unknown';
}
