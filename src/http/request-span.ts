import type { FastifyRequest } from 'fastify';
import type { Span } from '../tracing/span.ts';
import { parseTraceparent } from '../tracing/trace-context.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { WorkContext } from '../tracing/work-context.ts';

/**
 * Starts the span of a request, which continues the trace of the caller. It knows the route but not the address, because
 * an address can contain ids. Ignores `tracestate` and `baggage`, into which a caller can write anything.
 */
export function startRequestSpan(
  tracing: Tracing,
  { method, headers }: FastifyRequest,
  route: string | undefined,
): Pick<WorkContext, 'trace' | 'span'> {
  const parent = parseTraceparent(headers['traceparent']);
  const span = tracing.start(route === undefined ? method : `${method} ${route}`, {
    kind: 'server',
    attributes: { 'http.request.method': method, ...(route === undefined ? {} : { 'http.route': route }) },
    parent,
  });
  return { trace: span?.context ?? parent, span };
}

/** @param status undefined if the client disconnected before the response */
export function endRequestSpan(span: Span, status: number | undefined): void {
  if (status === undefined) span.fail('client_disconnected');
  else {
    span.setAttributes({ 'http.response.status_code': status });
    if (status >= 500) span.fail(String(status));
  }
  span.end();
}
