import { randomUUID } from 'node:crypto';
import {
  ROOT_CONTEXT,
  type Span as SdkSpan,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { VERSION } from '../common/version.ts';
import type { TracingConfig } from '../config/gateway.config.ts';
import type { Attributes, Span, SpanOptions } from './span.ts';
import type { TraceContext } from './trace-context.ts';

/** Spans wait here for their export. Further spans are dropped. */
const MAX_WAITING_SPANS = 8_192;
/** A batch of the inbox links to each of its deliveries. */
const MAX_LINKS = 256;

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** How many spans were lost, and why. The reason contains no address and no text of the collector. */
export type OnExportFailure = (spans: number, reason: string) => void;

/**
 * Starts and exports spans with OpenTelemetry's SDK. Only this file imports the SDK, and only a dynamic import loads this
 * file. It registers nothing globally, so that two gateways of one process do not share a tracer.
 */
export class OpenTelemetry {
  private readonly provider: TracerProvider;
  private readonly tracer;

  constructor(config: TracingConfig, onFailure: OnExportFailure) {
    const exporter = new OTLPTraceExporter({ url: config.url, headers: { ...config.headers } });
    this.provider = new TracerProvider({
      resource: defaultResource()
        .merge(detectResources({ detectors: [resourceAttributesEnvDetector] }))
        .merge(
          resourceFromAttributes({
            'service.name': config.serviceName,
            'service.version': VERSION,
            'service.instance.id': randomUUID(),
          }),
        ),
      sampler: samplerOf(config.sampler, config.samplerRatio),
      spanLimits: { linkCountLimit: MAX_LINKS },
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: reportingExporter(exporter, onFailure),
          maxQueueSize: MAX_WAITING_SPANS,
        }),
      ],
    });
    this.tracer = this.provider.getTracer('kyc-gateway', VERSION);
  }

  start(name: string, { kind, attributes, parent, links = [] }: SpanOptions): Span {
    const options = { kind: KINDS[kind], attributes, links: links.map((link) => ({ context: toSdk(link) })) };
    const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, toSdk(parent));
    return new RunningSpan(this.tracer.startSpan(name, options, context));
  }

  flush(): Promise<void> {
    return this.provider.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.provider.shutdown();
  }
}

class RunningSpan implements Span {
  readonly context: TraceContext;

  constructor(private readonly span: SdkSpan) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.context = { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0, isRemote: false };
  }

  setAttributes(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  linkTo(other: TraceContext): void {
    this.span.addLink({ context: toSdk(other) });
  }

  fail(type: string): void {
    this.span.setAttribute('error.type', type);
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.span.end();
  }
}

function toSdk({ traceId, spanId, isSampled: sampled, isRemote }: TraceContext) {
  return { traceId, spanId, isRemote, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
}

function samplerOf(name: string, ratio: number): Sampler {
  const [, root] = /^parentbased_(.+)$/.exec(name) ?? [];
  if (root !== undefined) return new ParentBasedSampler({ root: samplerOf(root, ratio) });
  if (name === 'always_off') return new AlwaysOffSampler();
  return name === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler();
}

/** The SDK drops the spans of a failed export without a word. */
function reportingExporter(exporter: SpanExporter, onFailure: OnExportFailure): SpanExporter {
  return {
    export: (spans: ReadableSpan[], done) =>
      exporter.export(spans, (result) => {
        if (result.error !== undefined) onFailure(spans.length, reasonOf(result.error));
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

function reasonOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'number') return `the collector responded ${code}`;
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : 'no response';
}
