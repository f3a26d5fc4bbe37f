import type { EmulatedSession, ProviderName } from '../../../../contract.ts';
import type { SandboxState } from '../../../../state.ts';

/** The sandbox's own words, and no code of it. */
export type {
  DeliveryAttempt,
  DeliveryRecord,
  EmulatedSession,
  Mail,
  Decision,
  Outcome,
  ProviderName,
  RecordedCall,
} from '../../../../contract.ts';
export type { ProviderMode, ProviderState, SampleUser, SandboxState, UserRecord } from '../../../../state.ts';

export interface ProviderSession extends EmulatedSession {
  provider: ProviderName;
}

/** Of all providers, newest first. */
export function sessionsOf(state: SandboxState): ProviderSession[] {
  return state.providers
    .flatMap(({ name, sessions }) => sessions.map((session) => ({ ...session, provider: name })))
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}

/** The sample users, and whoever else has a session. */
export function usersOf(state: SandboxState): { id: string; name: string }[] {
  const known = state.users.map(({ id, name }) => ({ id, name }));
  const strangers = sessionsOf(state).flatMap(({ reference }) => reference ?? []);
  const unknown = [...new Set(strangers)].filter((id) => !known.some((user) => user.id === id));
  return [...known, ...unknown.map((id) => ({ id, name: id }))];
}
