import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from './span.ts';
import type { TraceContext } from './trace-context.ts';

/** The request and the span that code works for. Each log line carries its ids. */
export interface WorkContext {
  readonly requestId?: string | undefined;
  /** The context of `span`. Without a span, the context that the caller sent. */
  readonly trace?: TraceContext | undefined;
  /** Undefined if tracing is off. */
  readonly span?: Span | undefined;
}

const storage = new AsyncLocalStorage<WorkContext>();

export function currentWork(): WorkContext | undefined {
  return storage.getStore();
}

export function runWork<T>(work: WorkContext, run: () => T): T {
  return storage.run(work, run);
}

/** The fields of a log line. The names of the trace's fields are those of OpenTelemetry. */
export function logFieldsOf(work: WorkContext | undefined): Record<string, string> {
  if (work === undefined) return {};
  const { requestId, trace } = work;
  const fields: Record<string, string> = {};
  if (requestId !== undefined) fields['requestId'] = requestId;
  if (trace !== undefined) {
    fields['trace_id'] = trace.traceId;
    fields['span_id'] = trace.spanId;
  }
  return fields;
}
