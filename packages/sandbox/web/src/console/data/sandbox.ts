import type { EmulatedSession } from '../../../../provider/contract.ts';
import type { SandboxState } from '../../../../state.ts';

/** These imports are types only, so that the page contains no code of the sandbox. */
export type { Mail } from '../../../../contract.ts';
export type {
  Decision,
  DeliveryAttempt,
  DeliveryRecord,
  EmulatedSession,
  Outcome,
  RecordedCall,
} from '../../../../provider/contract.ts';
export type { ProviderMode, ProviderState, SampleUser, SandboxState, UserRecord } from '../../../../state.ts';

export interface ProviderSession extends EmulatedSession {
  provider: string;
}

/** Returns the sessions of all providers, newest first. */
export function sessionsOf(state: SandboxState): ProviderSession[] {
  return state.providers
    .flatMap(({ name, sessions }) => sessions.map((session) => ({ ...session, provider: name })))
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}

/** Returns the sample users and all other users that have a session. */
export function usersOf(state: SandboxState): { id: string; name: string }[] {
  const known = state.users.map(({ id, name }) => ({ id, name }));
  const references = sessionsOf(state).flatMap(({ reference }) => reference ?? []);
  const unknown = [...new Set(references)].filter((id) => !known.some((user) => user.id === id));
  return [...known, ...unknown.map((id) => ({ id, name: id }))];
}
