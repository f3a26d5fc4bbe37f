import { isDeepStrictEqual } from 'node:util';
import { type DynamicModule, Module } from '@nestjs/common';
import type { GatewayConfig } from './gateway.config.ts';

/** The part of the configuration that may change while the gateway runs, because files hold it. */
export interface SecretConfig {
  readonly auth: Pick<GatewayConfig['auth'], 'secrets'>;
  readonly database: Pick<GatewayConfig['database'], 'url'>;
  readonly mail: Pick<GatewayConfig['mail'], 'smtpUrl'>;
  readonly outboundProxy: GatewayConfig['outboundProxy'];
  readonly providers: GatewayConfig['providers'];
}

/** Holds the secrets that are valid now. Ask for a secret when it is needed, because it may change at any time. */
export class Secrets {
  private config: SecretConfig;
  private readonly watchers: (() => void)[] = [];

  constructor(config: SecretConfig) {
    this.config = config;
  }

  get current(): SecretConfig {
    return this.config;
  }

  /** Keeps each part that has not changed, so that only the parts that have changed are made again. */
  replace({ auth, database, mail, outboundProxy, providers }: SecretConfig): void {
    const before = this.config;
    this.config = {
      auth: { secrets: unlessEqual(before.auth.secrets, auth.secrets) },
      database: { url: database.url },
      mail: { smtpUrl: mail.smtpUrl },
      outboundProxy: unlessEqual(before.outboundProxy, outboundProxy),
      providers: new Map(
        [...providers].map(([name, next]) => [name, unlessEqual(before.providers.get(name) ?? next, next)]),
      ),
    };
    for (const notify of this.watchers) notify();
  }

  /** Calls `react` after each change of a secret, for connections that must not keep the old one. */
  watch(select: (config: SecretConfig) => unknown, react: () => void): void {
    let from = select(this.config);
    this.watchers.push(() => {
      const part = select(this.config);
      if (part === from) return;
      from = part;
      react();
    });
  }

  /** Returns what `make` makes of a secret. Calls `make` again when the secret has changed. */
  derive<Part, Made>(
    select: (config: SecretConfig) => Part,
    make: (part: Part, previous: Made | undefined) => Made,
  ): () => Made {
    let from = select(this.config);
    let made = make(from, undefined);
    return () => {
      const part = select(this.config);
      if (part !== from) {
        made = make(part, made);
        from = part;
      }
      return made;
    };
  }
}

function unlessEqual<T>(before: T, next: T): T {
  return isDeepStrictEqual(before, next) ? before : next;
}

@Module({})
export class SecretsModule {
  static of(config: GatewayConfig): DynamicModule {
    return {
      module: SecretsModule,
      global: true,
      providers: [{ provide: Secrets, useValue: new Secrets(config) }],
      exports: [Secrets],
    };
  }
}
