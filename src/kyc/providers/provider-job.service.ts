import { Injectable } from '@nestjs/common';
import { PostponedJobError } from '../../jobs/job-queue.ts';
import type { KycProvider } from './kyc-provider.ts';
import type { ProviderDefinition } from './provider-definition.ts';
import { ProviderRestingError, ProviderUnavailableError } from './provider-errors.ts';
import { ProviderService } from './provider.service.ts';
import { type BackgroundCall, ReadBudget } from './read-budget.ts';

/** Calls providers for jobs. */
@Injectable()
export class ProviderJobService {
  constructor(
    private readonly providers: ProviderService,
    private readonly budget: ReadBudget,
  ) {}

  definitionOf(name: string): ProviderDefinition {
    return this.providers.definitionOf(name);
  }

  /**
   * Rejects with the error of the call.
   * @throws PostponedJobError if the budget is used up, the circuit is open or the provider limits its calls
   */
  async run<T>(name: string, kind: BackgroundCall, call: (provider: KycProvider) => Promise<T>): Promise<T> {
    const provider = this.providers.of(name);
    const delayMs = await this.budget.acquireOrDelayMs(name, kind);
    if (delayMs > 0) throw new PostponedJobError(delayMs, `the budget of ${name} is used up`);
    try {
      return await call(provider.inBackground);
    } catch (error) {
      if (error instanceof ProviderRestingError) throw postponed(error);
      // A provider limits erasures apart from reads: Veriff allows 10 per day.
      if (kind === 'erase' || !isTooMany(error)) throw error;
      await this.budget.pause(name, error.retryAfterSeconds);
      throw postponed(error);
    }
  }
}

function isTooMany(error: unknown): error is ProviderUnavailableError {
  return error instanceof ProviderUnavailableError && error.status === 429;
}

function postponed({ message, retryAfterSeconds }: ProviderUnavailableError): PostponedJobError {
  return new PostponedJobError(retryAfterSeconds * 1_000, message);
}
