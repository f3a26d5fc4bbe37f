/// <reference types="jest" />
import {
  ACTION_WORDS,
  actionWords,
  announcementOf,
  problemWords,
  reasonWords,
  STATUS_WORDS,
  statusWords,
} from './words.ts';
import { REASON_WORDS } from '../api/reason-words.ts';

// A dynamic import, because Jest's compiler drops the attribute of a static one.
const { default: openapi } = await import('../../../../../docs/openapi.json', { with: { type: 'json' } });
const { KycStatus, NextAction, VerificationStatusResponse } = openapi.components.schemas;
const REASONS = VerificationStatusResponse.properties.kyc_rejection_reason.enum;

describe('The texts of the demo app', () => {
  it('name support instead of another try where the gateway allows none', () => {
    const code = 'kyc.retry_not_allowed';
    for (const words of [
      actionWords('contact_support').sentence,
      problemWords({ code, status: 409, retryAfterSeconds: null }),
    ]) {
      expect(words).toContain('contact our support team');
    }
  });

  it('cover exactly the statuses, actions and reasons of the API document', () => {
    expect(Object.keys(STATUS_WORDS).sort()).toEqual([...KycStatus.enum].sort());
    expect(Object.keys(ACTION_WORDS).sort()).toEqual([...NextAction.enum].sort());
    expect(Object.keys(REASON_WORDS).sort()).toEqual([...REASONS].sort());
  });

  it('offer a button for exactly the actions that call start-verification', () => {
    const pressed = NextAction.enum.filter((action) => actionWords(action).button !== null);
    expect(pressed.sort()).toEqual(['continue', 'retry', 'start']);
  });

  it('have a safe fallback for unknown words of a newer gateway', () => {
    expect(statusWords('paused').title).toBe('Unknown');
    expect(actionWords('dance').button).toBeNull();
    expect(reasonWords('constructor')).toBe(REASON_WORDS.other);
    expect(problemWords({ code: 'new.code', status: 418, retryAfterSeconds: null })).toMatch(/went wrong/);
  });

  it('announce the status first, then the reason, then the next step', () => {
    const announcement = announcementOf({
      kyc_status: 'rejected',
      kyc_provider: 'onfido',
      kyc_session_id: 'a1',
      kyc_rejection_reason: 'document_expired',
      next_action: 'retry',
      attempts_left: 1,
      updated_at: null,
    });
    expect(announcement).toMatch(/Rejected\. Your document has expired.* You can try again/);
  });
});
