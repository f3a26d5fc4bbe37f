/** A span as the collector received it. The field numbers are those of opentelemetry-proto's trace.proto, version 1. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer' | undefined;
  attributes: Record<string, string | number>;
  links: { traceId: string; spanId: string }[];
  isError: boolean;
  resource: Record<string, string | number>;
}

const KINDS = [undefined, 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const ERROR = 2;

/** Decodes an ExportTraceServiceRequest. */
export function decodeSpans(body: Buffer): ReceivedSpan[] {
  return messages(body, 1).flatMap((resourceSpans) => {
    const resource = messages(resourceSpans, 1).map((each) => attributesOf(each, 1))[0] ?? {};
    const spans = messages(resourceSpans, 2).flatMap((scopeSpans) => messages(scopeSpans, 2));
    return spans.map((span) => ({ ...decodeSpan(span), resource }));
  });
}

function decodeSpan(span: Buffer): Omit<ReceivedSpan, 'resource'> {
  return {
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentSpanId: hex(span, 4),
    name: messages(span, 5)[0]?.toString() ?? '',
    kind: KINDS[numbers(span, 6)[0] ?? 0],
    attributes: attributesOf(span, 9),
    links: messages(span, 13).map((link) => ({ traceId: hex(link, 1), spanId: hex(link, 2) })),
    isError: messages(span, 15).some((status) => numbers(status, 3)[0] === ERROR),
  };
}

function attributesOf(message: Buffer, field: number): Record<string, string | number> {
  const pairs = messages(message, field).map((pair) => {
    const key = messages(pair, 1)[0]?.toString() ?? '';
    const value = messages(pair, 2)[0] ?? Buffer.alloc(0);
    return [key, messages(value, 1)[0]?.toString() ?? numbers(value, 3)[0] ?? ''] as const;
  });
  return Object.fromEntries(pairs);
}

function hex(message: Buffer, field: number): string {
  return messages(message, field)[0]?.toString('hex') ?? '';
}

function messages(message: Buffer, field: number): Buffer[] {
  return fieldsOf(message).flatMap(({ number, value }) =>
    number === field && typeof value !== 'number' ? [value] : [],
  );
}

function numbers(message: Buffer, field: number): number[] {
  return fieldsOf(message).flatMap(({ number, value }) =>
    number === field && typeof value === 'number' ? [value] : [],
  );
}

/** Splits a protobuf message into its fields. Numbers of a fixed length, such as times, are bytes. */
function fieldsOf(message: Buffer): { number: number; value: Buffer | number }[] {
  const fields: { number: number; value: Buffer | number }[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const bytes = (length: number) => message.subarray(at, (at += length));
  while (at < message.length) {
    const tag = varint();
    const type = tag & 7;
    const value = type === 0 ? varint() : bytes(type === 1 ? 8 : type === 5 ? 4 : varint());
    fields.push({ number: tag >> 3, value });
  }
  return fields;
}
