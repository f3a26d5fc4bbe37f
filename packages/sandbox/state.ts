import type { Mail } from './contract.ts';
import type { DeliveryRecord, EmulatedSession, ProviderMode, RecordedCall } from './provider/contract.ts';

export type { ProviderMode };

/** The response of `GET /sandbox/state`. An event of `GET /sandbox/changes` means that the state has changed. */
export interface SandboxState {
  gateway: {
    url: string;
    /** Null if the sandbox does not run the gateway. */
    provider: string | null;
    canSwitchProvider: boolean;
  };
  /** The users that can log in to the demo app. */
  users: SampleUser[];
  providers: ProviderState[];
  /** Newest first. */
  mails: Mail[];
  /** Whether `GET /sandbox/users/{id}/record` can read rows. */
  hasDatabase: boolean;
}

export interface SampleUser {
  id: string;
  name: string;
  email: string;
}

export interface ProviderState {
  name: string;
  mode: ProviderMode;
  /** This list and the next two start with the newest entry. */
  sessions: EmulatedSession[];
  calls: RecordedCall[];
  deliveries: DeliveryRecord[];
}

/** The response of `GET /sandbox/users/{id}/record`: the rows of a user, each column as text, oldest row first. */
export interface UserRecord {
  row: Record<string, string | null> | null;
  sessions: Record<string, string | null>[];
  ledger: Record<string, string | null>[];
}
