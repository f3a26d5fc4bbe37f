import type { ProviderName } from './contract.ts';
import type { SampleUser, UserRecord } from './state.ts';

export interface SandboxOptions {
  /** Where webhooks are posted; can be set or changed later with `deliverTo`. */
  webhookUrl?: string;
  /** Port of the HTTP server on 127.0.0.1; 0, the default, takes any free one. */
  port?: number;
  /** Port of the SMTP server on 127.0.0.1; 0, the default, takes any free one. */
  smtpPort?: number;
  /** Pauses between the attempts of one webhook that is not accepted; default [250, 1000, 4000, 10000]. */
  retryDelaysMs?: readonly number[];
  /** What the pages call; default the webhook URL's origin, or http://127.0.0.1:3000. */
  gatewayUrl?: string;
  /** Who can log in at the demo app; three by default, new at every start. */
  users?: readonly SampleUser[];
  /** Whoever runs the gateway; without it the pages cannot switch the provider. */
  steering?: Steering;
  /** Reads the gateway's database; without it the pages show no rows. */
  records?: (userId: string) => Promise<UserRecord>;
  /** Where Veriff sends users of sessions without a callback; default this sandbox's `/app/return`. */
  veriffReturnUrl?: string;
  /** Where the built web pages are; default `web/dist`. */
  webRoot?: string;
}

export interface Steering {
  provider(): ProviderName;
  /** Resolves when the gateway opens its sessions with the other provider. */
  switchProvider(name: ProviderName): Promise<void>;
  /** Resolves when the gateway knows the secrets that are in `environment` by now. */
  secretsRotated(): Promise<void>;
}
