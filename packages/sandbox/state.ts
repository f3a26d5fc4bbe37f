import type {
  DeliveryRecord,
  EmulatedSession,
  Mail,
  ProviderMode,
  ProviderName,
  RecordedCall,
} from './contract.ts';

export type { ProviderMode };

/** `GET /sandbox/state`: everything the console shows. `GET /sandbox/changes` (server-sent) says when to read it again. */
export interface SandboxState {
  gateway: {
    url: string;
    /** Null where the sandbox runs alone and cannot know. */
    provider: ProviderName | null;
    canSwitchProvider: boolean;
  };
  /** The sample users that the demo app offers. */
  users: SampleUser[];
  providers: ProviderState[];
  /** Newest first. */
  mails: Mail[];
  /** Whether rows can be read: `GET /sandbox/users/{id}/record`. */
  hasDatabase: boolean;
}

export interface SampleUser {
  id: string;
  name: string;
  email: string;
}

export interface ProviderState {
  name: ProviderName;
  mode: ProviderMode;
  /** Each list newest first. */
  sessions: EmulatedSession[];
  calls: RecordedCall[];
  deliveries: DeliveryRecord[];
}

/** `GET /sandbox/users/{id}/record`: what the gateway's database holds of a user, column by column as text; oldest first. */
export interface UserRecord {
  row: Record<string, string | null> | null;
  sessions: Record<string, string | null>[];
  ledger: Record<string, string | null>[];
}
