import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** KYC_FUZZ_SEED=any uses new inputs each time. A number repeats a failed run. */
const given = process.env['KYC_FUZZ_SEED'];
const seed = given === undefined ? 20_260_305 : (Number(given) || Date.now()) | 0;
const factor = Number(process.env['KYC_FUZZ_RUNS'] ?? 1);

/** Parameters for fc.assert. Shrinking is short, because the failed input itself is enough to analyze. */
export function runs(count: number) {
  return {
    seed,
    numRuns: Math.max(1, Math.round(count * factor)),
    interruptAfterTimeLimit: 120_000 * factor,
  };
}

/** An HTTP response as it was read from the socket. */
export interface RawAnswer {
  /** 0 if the connection was closed without a response. */
  status: number;
  /** Header names in lower case. */
  headers: Record<string, string>;
  /** The complete response, decoded as Latin-1. */
  text: string;
  body: string;
  ms: number;
}

/** How long to wait for a response to an incomplete request. */
const SILENCE_MS = 300;
export const PATIENCE_MS = 5_000;

/**
 * Sends bytes unchanged and reads one response. `ms` is more than PATIENCE_MS if no response arrived in time.
 *
 * @param isWhole whether the bytes are a complete request; if not, the socket is ended after them
 */
export function sendRaw(url: string, bytes: Buffer, isWhole = true): Promise<RawAnswer> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const end = () => {
      clearTimeout(silence);
      clearTimeout(patience);
      socket.destroy();
      resolve({ ...parse(text), text, ms: performance.now() - startedAt });
    };
    const silence = isWhole ? undefined : setTimeout(() => socket.end(), SILENCE_MS);
    const patience = setTimeout(end, PATIENCE_MS + 1);
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      if (isComplete(text)) end();
    });
    // The server can respond and close the connection before it has read everything.
    socket.on('error', () => undefined).once('close', end);
    socket.write(bytes);
  });
}

/** Builds the bytes of a request. Headers are sent in order, as Latin-1, with any content. */
export function requestBytes(
  method: string,
  path: string,
  headers: readonly (readonly [string, string])[],
  body: Buffer | null = null,
): Buffer {
  const length = body === null ? [] : [['content-length', String(body.length)] as const];
  const all = [['host', 'gateway'] as const, ['connection', 'close'] as const, ...length, ...headers];
  const head = `${method} ${path} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body ?? Buffer.alloc(0)]);
}

/** Bytes in use after garbage collection, including buffers outside the heap. */
export function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function parse(text: string): Pick<RawAnswer, 'status' | 'headers' | 'body'> {
  // An interim response, such as 100 Continue, precedes the response.
  const [head = '', ...rest] = text.replace(/^(HTTP\/1\.1 1\d\d[^]*?\r\n\r\n)+/, '').split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0);
  return { status, headers: Object.fromEntries(headers), body: rest.join('\r\n\r\n') };
}

/** Whether the response is complete. An event stream counts as complete after its headers. */
function isComplete(text: string): boolean {
  if (!text.includes('\r\n\r\n')) return false;
  const { headers, body } = parse(text);
  if (headers['content-type']?.startsWith('text/event-stream') === true) return true;
  const length = headers['content-length'];
  return length !== undefined && body.length >= Number(length);
}
