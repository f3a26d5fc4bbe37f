import type { History } from './steps.ts';

interface KnownHistory extends Pick<History, 'steps'> {
  /** The fault that it once showed. */
  name: string;
  keepsDecision?: boolean;
}

/** The shortest histories of faults that are corrected. Each one was found by the model. */
export const KNOWN_HISTORIES: readonly KnownHistory[] = [
  {
    name: 'an erasure of a reopened attempt lets the user start again',
    steps: [
      { step: 'start', user: 0, provider: 'veriff' },
      { step: 'verdict', user: 0, outcome: 'approve' },
      { step: 'verdict', user: 0, outcome: 'review' },
      { step: 'erase', user: 0 },
    ],
  },
  {
    name: 'an erasure of a requested resubmission lets the user start again',
    steps: [
      { step: 'start', user: 0, provider: 'veriff' },
      { step: 'verdict', user: 0, outcome: 'decline' },
      { step: 'verdict', user: 0, outcome: 'resubmit' },
      { step: 'erase', user: 0 },
    ],
  },
  {
    name: 'an erasure of an attempt that an operator has reopened lets the user start again',
    steps: [
      { step: 'start', user: 0, provider: 'persona' },
      { step: 'verdict', user: 0, outcome: 'approve' },
      { step: 'override', user: 0, status: 'pending' },
      { step: 'erase', user: 0 },
    ],
  },
  {
    name: 'an old approval that is read again does not replace the decision of an operator',
    steps: [
      { step: 'start', user: 0, provider: 'onfido' },
      { step: 'verdict', user: 0, outcome: 'approve' },
      { step: 'override', user: 0, status: 'rejected' },
      { step: 'touch', user: 0 },
      { step: 'reconcile', user: 0 },
    ],
  },
  {
    name: 'a late decline replaces the approval of an erased attempt',
    steps: [
      { step: 'start', user: 0, provider: 'veriff' },
      { step: 'verdict', user: 0, outcome: 'approve' },
      { step: 'erase', user: 0, trouble: 'down' },
      { step: 'verdict', user: 0, outcome: 'decline' },
    ],
  },
  {
    name: 'a lapsed attempt is read before a new session is created',
    steps: [
      { step: 'start', user: 0, provider: 'persona' },
      { step: 'advance', by: '25 hours' },
      { step: 'verdict', user: 0, outcome: 'approve', delivery: 'lost' },
      { step: 'start', user: 0, provider: 'persona' },
    ],
  },
  {
    name: 'a mail that was rejected is not sent once it is no longer true',
    steps: [
      { step: 'start', user: 0, provider: 'persona' },
      { step: 'verdict', user: 0, outcome: 'approve', mailFails: true },
      { step: 'verdict', user: 0, outcome: 'decline' },
    ],
  },
  {
    name: 'a mail that was rejected is not sent after an erasure',
    keepsDecision: false,
    steps: [
      { step: 'start', user: 0, provider: 'persona' },
      { step: 'verdict', user: 0, outcome: 'approve', mailFails: true },
      { step: 'erase', user: 0 },
    ],
  },
  {
    name: 'a reopened attempt is read when its webhook is lost',
    steps: [
      { step: 'start', user: 0, provider: 'persona' },
      { step: 'verdict', user: 0, outcome: 'approve' },
      { step: 'verdict', user: 0, outcome: 'review' },
      { step: 'verdict', user: 0, outcome: 'approve', delivery: 'lost' },
    ],
  },
  {
    name: 'a user whom the provider asks to submit again returns to the same session',
    steps: [
      { step: 'start', user: 0, provider: 'veriff' },
      { step: 'verdict', user: 0, outcome: 'decline' },
      { step: 'verdict', user: 0, outcome: 'resubmit' },
      { step: 'start', user: 0, provider: 'veriff' },
    ],
  },
  {
    name: 'a delayed erasure spares the newer verification of the user',
    steps: [
      { step: 'start', user: 0, provider: 'persona' },
      { step: 'verdict', user: 0, outcome: 'decline' },
      { step: 'erase', user: 0, trouble: 'down' },
      { step: 'start', user: 0, provider: 'persona' },
      { step: 'verdict', user: 0, outcome: 'approve' },
    ],
  },
  {
    name: 'an erasure covers the session of a start that got no answer',
    steps: [
      { step: 'start', user: 0, provider: 'persona', trouble: 'drop' },
      { step: 'erase', user: 0 },
    ],
  },
  {
    name: 'an erasure that waits for a row does not delay the webhooks of other users',
    steps: [
      { step: 'start', user: 0, provider: 'persona' },
      { step: 'erase', user: 0, trouble: 'locked' },
    ],
  },
  {
    name: 'an event dated in the future does not outlive a later decline',
    steps: [
      { step: 'start', user: 0, provider: 'persona' },
      { step: 'verdict', user: 0, outcome: 'approve', time: 'future' },
      { step: 'verdict', user: 0, outcome: 'decline' },
    ],
  },
  {
    name: 'the limit of attempts includes a lost session that an erasure has deleted',
    keepsDecision: false,
    steps: [
      { step: 'start', user: 0, provider: 'veriff', trouble: 'drop' },
      { step: 'start', user: 0, provider: 'veriff' },
      { step: 'verdict', user: 0, outcome: 'decline' },
      { step: 'erase', user: 0 },
      { step: 'start', user: 0, provider: 'veriff' },
    ],
  },
  {
    name: 'the limit of attempts includes the session of a dead replica that an erasure has kept',
    steps: [
      { step: 'start', user: 0, provider: 'persona', trouble: 'crash' },
      { step: 'advance', by: '20 minutes' },
      { step: 'erase', user: 0 },
      { step: 'start', user: 0, provider: 'persona' },
      { step: 'verdict', user: 0, outcome: 'decline' },
      { step: 'start', user: 0, provider: 'persona' },
    ],
  },
  {
    name: 'a stored 404 of the call that recovers a session does not keep the user from starting',
    steps: [
      { step: 'start', user: 0, provider: 'persona', trouble: 'down' },
      { step: 'start', user: 0, provider: 'persona', trouble: 'notFound' },
    ],
  },
  {
    name: 'the limit of attempts holds over erasures',
    keepsDecision: false,
    steps: [
      { step: 'start', user: 0, provider: 'veriff' },
      { step: 'erase', user: 0 },
      { step: 'start', user: 0, provider: 'veriff' },
      { step: 'erase', user: 0 },
      { step: 'start', user: 0, provider: 'veriff' },
    ],
  },
  {
    name: 'a late approval changes an attempt that an operator has erased',
    steps: [
      { step: 'start', user: 0, provider: 'onfido' },
      { step: 'verdict', user: 0, outcome: 'approve', delivery: 'held' },
      { step: 'erase', user: 0, by: 'operator' },
    ],
  },
  {
    name: 'an approval with the time of a resubmission request does not keep the user from starting',
    steps: [
      { step: 'start', user: 0, provider: 'veriff' },
      { step: 'verdict', user: 0, outcome: 'resubmit' },
      { step: 'verdict', user: 0, outcome: 'approve', time: 'same' },
      { step: 'start', user: 0, provider: 'veriff' },
    ],
  },
];
