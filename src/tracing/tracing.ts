import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DomainError } from '../common/domain-error.ts';
import type { TracingConfig } from '../config/gateway.config.ts';
import type { OpenTelemetry } from './open-telemetry.ts';
import type { Span, SpanOptions } from './span.ts';
import { formatTraceparent } from './trace-context.ts';
import { currentWork, runWork } from './work-context.ts';

/** A collector that does not respond delays the exit by at most this time. */
const FLUSH_TIMEOUT_MS = 1_000;
const REPORT_EVERY_MS = 60_000;
const FIXED_WORD = /^[\w.]{1,64}$/;

/** Records spans if tracing is on. If it is off, it only runs the work. */
@Injectable()
export class Tracing implements OnApplicationShutdown {
  constructor(private readonly sdk: OpenTelemetry | undefined) {}

  /** Starts a span that the caller must end. Returns undefined if tracing is off. */
  start(name: string, options: SpanOptions): Span | undefined {
    return this.sdk?.start(name, options);
  }

  /**
   * Runs the work in a span, which continues the current span unless the options name a parent. An error marks the span
   * as failed.
   */
  async run<T>(name: string, options: SpanOptions, work: (span?: Span) => Promise<T>): Promise<T> {
    const around = currentWork();
    const parent = 'parent' in options ? options.parent : around?.trace;
    const span = this.sdk?.start(name, { ...options, parent });
    if (span === undefined) {
      return parent === around?.trace ? work() : runWork({ ...around, trace: parent }, work);
    }
    try {
      return await runWork({ ...around, trace: span.context, span }, () => work(span));
    } catch (error) {
      span.fail(errorType(error));
      throw error;
    } finally {
      span.end();
    }
  }

  /** The `traceparent` of the current span, or of the caller if tracing is off. */
  traceparent(): string | undefined {
    const trace = currentWork()?.trace;
    return trace === undefined ? undefined : formatTraceparent(trace);
  }

  /** Exports the spans that have ended. Never rejects. */
  async flush(): Promise<void> {
    await this.sdk?.flush().catch(() => undefined);
  }

  /** No span starts after this hook, because requests and jobs have finished. */
  async onApplicationShutdown(): Promise<void> {
    if (this.sdk === undefined) return;
    const exported = this.sdk.shutdown().catch(() => undefined);
    await Promise.race([exported, pause(FLUSH_TIMEOUT_MS, undefined, { ref: false })]);
  }
}

/**
 * Loads OpenTelemetry only if tracing is on. A function, because TypeScript 6 does not rewrite the extension of a dynamic
 * import inside a class with decorators.
 */
export async function createTracing(config: TracingConfig | undefined): Promise<Tracing> {
  if (config === undefined) return new Tracing(undefined);
  const { OpenTelemetry } = await import('./open-telemetry.ts');
  return new Tracing(new OpenTelemetry(config, reporter()));
}

/** Returns the code or the name of an error, because its message may contain ids. */
export function errorType(error: unknown): string {
  if (error instanceof DomainError) return error.code;
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return [code, error.name].find(isFixedWord) ?? 'unknown';
}

function isFixedWord(text: unknown): text is string {
  return typeof text === 'string' && FIXED_WORD.test(text);
}

/** Logs at most one line a minute. */
function reporter(): (spans: number, reason: string) => void {
  const logger = new Logger(Tracing.name);
  // An export starts in the context of any request, and the line must not carry the ids of that one.
  const outsideRequests = AsyncLocalStorage.snapshot();
  let lost = 0;
  let reportedAt = -REPORT_EVERY_MS;
  return (spans, reason) => {
    lost += spans;
    if (performance.now() - reportedAt < REPORT_EVERY_MS) return;
    reportedAt = performance.now();
    const event = { event: 'tracing.export_failed', spans: lost, reason };
    lost = 0;
    outsideRequests(() => logger.warn(event));
  };
}
