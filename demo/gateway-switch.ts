import type { ProviderName, Steering } from '../packages/sandbox/sandbox.ts';
import { DemoFailure } from './failure.ts';
import type { GatewayProcess } from './gateway-process.ts';

/** The one gateway of the interactive demo, started anew when its provider or its secrets change. */
export class GatewaySwitch implements Steering {
  readonly #raise: (provider: ProviderName) => Promise<GatewayProcess>;
  #provider: ProviderName;
  #gateway: GatewayProcess | undefined;
  /** One restart at a time. */
  #turn: Promise<void> = Promise.resolve();
  readonly #failed = Promise.withResolvers<never>();

  constructor(provider: ProviderName, raise: (provider: ProviderName) => Promise<GatewayProcess>) {
    this.#provider = provider;
    this.#raise = raise;
    // Whoever waits hears of it; until then it is no unhandled rejection.
    this.#failed.promise.catch(() => undefined);
  }

  provider(): ProviderName {
    return this.#provider;
  }

  switchProvider(name: ProviderName): Promise<void> {
    return this.#restart(name);
  }

  secretsRotated(): Promise<void> {
    return this.#restart(undefined);
  }

  start(): Promise<void> {
    return this.#restart(undefined);
  }

  /** Rejects when the gateway ends and nobody has stopped it. */
  failure(): Promise<never> {
    return this.#failed.promise;
  }

  #restart(name: ProviderName | undefined): Promise<void> {
    const restarted = this.#turn.then(async () => {
      const stopped = this.#gateway;
      this.#gateway = undefined;
      await stopped?.stop();
      this.#provider = name ?? this.#provider;
      const gateway = await this.#raise(this.#provider);
      this.#gateway = gateway;
      void gateway.ended.then(() => {
        if (this.#gateway !== gateway) return;
        this.#failed.reject(new DemoFailure(`The gateway ended by itself:\n${gateway.log()}`));
      });
    });
    // A restart that fails leaves no gateway: the demo ends and says why.
    restarted.catch((error: unknown) => this.#failed.reject(error));
    this.#turn = restarted.catch(() => undefined);
    return restarted;
  }
}
