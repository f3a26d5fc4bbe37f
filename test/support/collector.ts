import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { decodeSpans, type ReceivedSpan } from './otlp-decoder.ts';

/** An OpenTelemetry collector that keeps what it receives. */
export interface Collector {
  /** The value of OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  spans(): ReceivedSpan[];
  /** All bodies as text. Protobuf stores strings as they are. */
  text(): string;
  /** The headers of the last export. */
  headers(): IncomingMessage['headers'];
  /** How many exports arrived. */
  exports(): number;
  /** From now on, responds with this status. With null, it never responds. */
  respondWith(status: number | null): void;
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const bodies: Buffer[] = [];
  let status: number | null = 200;
  let headers: IncomingMessage['headers'] = {};
  let exports = 0;
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      exports += 1;
      ({ headers } = request);
      if (status === null) return;
      if (status === 200 && request.url === '/v1/traces') bodies.push(body);
      response.writeHead(request.url === '/v1/traces' ? status : 404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => bodies.flatMap(decodeSpans),
    text: () => Buffer.concat(bodies).toString('utf8'),
    headers: () => headers,
    exports: () => exports,
    respondWith: (next) => {
      status = next;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
