import type { Changes } from '../changes.ts';
import type { Steering } from '../options.ts';
import type { SampleUser, UserRecord } from '../state.ts';

/** What the pages see and steer beside the sandbox itself. Undefined: nobody has connected it. */
export interface Surroundings {
  gatewayUrl: string;
  users: readonly SampleUser[];
  changes: Changes;
  steering: Steering | undefined;
  records: ((userId: string) => Promise<UserRecord>) | undefined;
}
