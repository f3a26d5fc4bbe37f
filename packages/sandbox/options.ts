import type { EmulatorDefinition } from './provider/definition.ts';
import type { ProviderName } from './sandbox-type.ts';
import type { SampleUser, UserRecord } from './state.ts';

export interface SandboxOptions {
  /** The address that receives the webhooks. `deliverTo` can set or change it later. */
  webhookUrl?: string;
  /** Emulators of more providers, beside the built-in ones. `Sandbox.provider` finds them. */
  emulators?: readonly EmulatorDefinition[];
  /** Port of the HTTP server on 127.0.0.1; 0, the default, selects a free port. */
  port?: number;
  /** Port of the SMTP server on 127.0.0.1; 0, the default, selects a free port. */
  smtpPort?: number;
  /** The pauses between the attempts of a webhook that is not accepted; default [250, 1000, 4000, 10000]. */
  retryDelaysMs?: readonly number[];
  /** The gateway that the pages call; default the origin of `webhookUrl`, or http://127.0.0.1:3000. */
  gatewayUrl?: string;
  /** The users that can log in to the demo app; default three, with new ids at every start. */
  users?: readonly SampleUser[];
  /** Controls the gateway. Without it the pages cannot switch the provider. */
  gatewayControl?: GatewayControl;
  /** Reads the gateway's database. Without it the pages show no rows. */
  records?: (userId: string) => Promise<UserRecord>;
  /** The address for users of sessions without a return address of their own; default this sandbox's `/app/return`. */
  returnUrl?: string;
  /**
   * The account at Persona, by the names of the gateway's variables, for a gateway that starts before the sandbox; default
   * a new one.
   */
  personaAccount?: Readonly<Record<string, string>>;
  /** The folder of the built web pages; default `web/dist`. */
  webRoot?: string;
}

export interface GatewayControl {
  provider(): ProviderName;
  /** Resolves when the gateway creates new sessions at the other provider. */
  switchProvider(name: ProviderName): Promise<void>;
  /** Resolves when the gateway has loaded the secrets that are in `environment`. */
  secretsRotated(): Promise<void>;
}
