import type { TraceContext } from './trace-context.ts';

/**
 * The closed list of attributes. Their values are fixed words, route patterns and numbers, and never an id, a message, a
 * URL or anything else that a caller, a user or a provider wrote.
 */
export type Attributes = Partial<
  Record<
    | 'error.type'
    | 'http.request.method'
    | 'http.route'
    | 'kyc.provider.name'
    | 'kyc.provider.call'
    | 'kyc.job.result'
    | 'messaging.operation.name'
    | 'messaging.destination.name'
    | 'messaging.system',
    string
  > &
    Record<'http.response.status_code' | 'kyc.batch.events' | 'kyc.job.attempt', number>
>;

export interface SpanOptions {
  kind: 'server' | 'client' | 'consumer' | 'internal';
  attributes: Attributes;
  /** The span or the caller that this span continues. Without it, a new trace begins. */
  parent?: TraceContext | undefined;
  links?: readonly TraceContext[];
}

/** A span that has started. */
export interface Span {
  readonly context: TraceContext;
  setAttributes(attributes: Attributes): void;
  /** Points to another span which this span led to. */
  linkTo(other: TraceContext): void;
  /** Marks the span as failed. The type is a fixed word. */
  fail(type: string): void;
  end(): void;
}
