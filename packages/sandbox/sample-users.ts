import { randomUUID } from 'node:crypto';
import type { SampleUser } from './state.ts';

/** The ids are new at every start, because the gateway's database may still hold the users of the last one. */
export function sampleUsers(): SampleUser[] {
  return ['Ada Example', 'Ben Example', 'Cleo Example'].map((name) => ({
    id: randomUUID(),
    name,
    email: `${name.split(' ')[0]?.toLowerCase() ?? 'user'}@example.com`,
  }));
}
