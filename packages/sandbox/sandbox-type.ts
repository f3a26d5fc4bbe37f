/** The type of the object that `startSandbox` returns to a test or a demo. */
import type { Mailbox, TokenIssuer } from './contract.ts';
import type { EMULATORS } from './emulators.ts';
import type { EmulatedProvider } from './provider/contract.ts';
import type { EmulatorDefinition } from './provider/definition.ts';

type Emulators = (typeof EMULATORS)[number];

export type ProviderName = Emulators['name'];

/** Each provider by its name, with the controls that only this provider has. */
export type EmulatedProviders = {
  readonly [E in Emulators as E['name']]: EmulatedProvider & { readonly name: E['name'] } & ControlsOf<E>;
};

type ControlsOf<E> = E extends EmulatorDefinition<string, infer Controls> ? Controls : never;

export interface Sandbox extends EmulatedProviders {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The environment variables that point a gateway at this sandbox. Lists of secrets start with the newest. */
  readonly environment: Record<string, string>;
  /** Finds any provider by its name, also one of `SandboxOptions.emulators`. */
  provider(name: string): EmulatedProvider;
  readonly issuer: TokenIssuer;
  readonly mailbox: Mailbox;
  deliverTo(webhookUrl: string): void;
  /** Cancels pending retries and closes both servers, so that the process can exit. */
  close(): Promise<void>;
}
