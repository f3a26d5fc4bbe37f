import { Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';

const CONNECT_TIMEOUT_MS = 3_000;
const RESPONSE_TIMEOUT_MS = 10_000;
const MAX_RESPONSE_BYTES = 1024 * 1024;

export interface OutboundProxy {
  /** Undefined if the gateway calls other servers directly. */
  readonly url: string | undefined;
  /** The hosts that the gateway calls directly. */
  readonly except: readonly string[];
}

/**
 * Makes the calls to providers and to the token issuer, through a proxy if the URL is https. Limits the time to connect,
 * to the first byte and between two parts of the body, and the size of a response. The caller's signal limits the whole
 * call.
 */
export function outboundAgent(proxy?: OutboundProxy): Dispatcher {
  return new EnvHttpProxyAgent({
    // An empty value keeps undici from reading the environment.
    httpProxy: '',
    httpsProxy: proxy?.url ?? '',
    noProxy: (proxy?.except ?? []).join(','),
    connectTimeout: CONNECT_TIMEOUT_MS,
    headersTimeout: RESPONSE_TIMEOUT_MS,
    bodyTimeout: RESPONSE_TIMEOUT_MS,
    maxResponseSize: MAX_RESPONSE_BYTES,
    // Limits the time for the answer to CONNECT. By default, a silent proxy keeps a connection for five minutes.
    clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: CONNECT_TIMEOUT_MS }),
  });
}

/** Makes the next calls with another proxy. The previous agent finishes its calls. */
export function replaceAgent(proxy: OutboundProxy, previous?: Dispatcher): Dispatcher {
  void previous?.close();
  return outboundAgent(proxy);
}

/** Makes each call with the agent of that moment, because the password of the proxy may change. */
export class CurrentAgent extends Dispatcher {
  constructor(private readonly current: () => Dispatcher) {
    super();
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.current().dispatch(options, handler);
  }
}
