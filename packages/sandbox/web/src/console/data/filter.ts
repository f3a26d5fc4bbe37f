import { sessionsOf } from './sandbox.ts';
import type { DeliveryRecord, Mail, ProviderSession, RecordedCall, SandboxState } from './sandbox.ts';

/** Limits the content of the panels. Null means no limit. */
export interface Filter {
  provider: string | null;
  userId: string | null;
  sessionId: string | null;
}

export const EVERYTHING: Filter = { provider: null, userId: null, sessionId: null };

export interface Shown {
  sessions: ProviderSession[];
  calls: RecordedCall[];
  deliveries: DeliveryRecord[];
  mails: Mail[];
}

export function select(state: SandboxState, filter: Filter): Shown {
  const all = sessionsOf(state);
  const sessions = all.filter((session) => matches(session, filter));
  const wanted = new Set(sessions.map(({ id }) => id));
  const isNarrow = filter.userId !== null || filter.sessionId !== null;
  const others = isNarrow ? all.filter(({ id }) => !wanted.has(id)) : [];
  const provider = filter.sessionId === null ? filter.provider : (sessions[0]?.provider ?? null);
  const providers = state.providers.filter(({ name }) => provider === null || name === provider);

  return {
    sessions,
    // A call that creates or lists sessions names no session. It can belong to the selected one, so it stays.
    calls: newestFirst(
      providers.flatMap(({ calls }) => calls),
      ({ at }) => at,
    ).filter(({ path }) => !others.some(({ id }) => path.includes(id))),
    deliveries: newestFirst(
      providers.flatMap(({ deliveries }) => deliveries),
      sentAt,
    ).filter(({ sessionId }) => !isNarrow || (sessionId !== null && wanted.has(sessionId))),
    mails: mailsOf(state, filter, sessions),
  };
}

/** Compares the provider and session columns of a row with the filter. */
export function rowMatches(row: Record<string, string | null>, filter: Filter): boolean {
  const isOtherProvider = filter.provider !== null && row['provider'] !== filter.provider;
  const isAnother = filter.sessionId !== null && row['provider_session_id'] !== filter.sessionId;
  return !isOtherProvider && !isAnother;
}

/** Returns null until the first attempt. */
export function sentAt(delivery: DeliveryRecord): string | null {
  return delivery.attempts[0]?.at ?? null;
}

function matches(session: ProviderSession, filter: Filter): boolean {
  return (
    (filter.provider === null || session.provider === filter.provider) &&
    (filter.userId === null || session.reference === filter.userId) &&
    (filter.sessionId === null || session.id === filter.sessionId)
  );
}

/** A mail names no provider or session, so it is matched by its recipient. */
function mailsOf(state: SandboxState, filter: Filter, sessions: ProviderSession[]): Mail[] {
  const userId = filter.userId ?? (filter.sessionId === null ? null : (sessions[0]?.reference ?? null));
  const email = state.users.find(({ id }) => id === userId)?.email.toLowerCase();
  if (email === undefined) return state.mails;
  return state.mails.filter(({ to }) => to.some((address) => address.toLowerCase() === email));
}

/** Items without a time come first. */
function newestFirst<T>(items: readonly T[], timeOf: (item: T) => string | null): T[] {
  return items.toSorted((one, other) => (timeOf(other) ?? '~').localeCompare(timeOf(one) ?? '~'));
}
