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
