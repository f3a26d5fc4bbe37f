import type { Changes } from '../changes.ts';
import type { GatewayControl } from '../options.ts';
import type { SampleUser, UserRecord } from '../state.ts';

/** The parts outside the sandbox that the pages show and control. An undefined part is not connected. */
export interface ControlContext {
  gatewayUrl: string;
  users: readonly SampleUser[];
  changes: Changes;
  gatewayControl: GatewayControl | undefined;
  records: ((userId: string) => Promise<UserRecord>) | undefined;
}
