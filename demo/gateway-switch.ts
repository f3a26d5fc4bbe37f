import type { GatewayControl, ProviderName } from '../packages/sandbox/sandbox.ts';
import { DemoFailure } from './failure.ts';
import type { GatewayProcess } from './gateway-process.ts';

/** Restarts the gateway of the interactive demo when its provider or its secrets change. */
export class GatewaySwitch implements GatewayControl {
  readonly #raise: (provider: ProviderName) => Promise<GatewayProcess>;
  #provider: ProviderName;
  #gateway: GatewayProcess | undefined;
  /** The last restart in the queue, because restarts run one after the other. */
  #turn: Promise<void> = Promise.resolve();
  readonly #failed = Promise.withResolvers<never>();

  constructor(provider: ProviderName, raise: (provider: ProviderName) => Promise<GatewayProcess>) {
    this.#provider = provider;
    this.#raise = raise;
    // Prevents an unhandled rejection while no caller waits for failure().
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

  /** Rejects when the gateway ends without being stopped. */
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
        this.#failed.reject(new DemoFailure(`The gateway ended unexpectedly:\n${gateway.log()}`));
      });
    });
    // A failed restart leaves no gateway running, so the demo ends with the reason.
    restarted.catch((error: unknown) => this.#failed.reject(error));
    this.#turn = restarted.catch(() => undefined);
    return restarted;
  }
}
