import { Transform } from 'class-transformer';
import { IsIn, IsNumber, IsOptional, IsString, IsUrl, Max, Min, ValidateBy } from 'class-validator';
import { SERVICE_HOST } from './database.environment.ts';
import { Describe } from './describe.ts';
import type { TracingConfig } from './gateway.config.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[\x20-\x7e]+$/;

/** The standard variables of OpenTelemetry that the gateway reads. */
export class TracingEnvironment {
  @Describe(
    'Switches tracing on: the base URL of an OpenTelemetry collector that accepts OTLP over HTTP. The gateway adds `/v1/traces`. Traces do not go through `HTTPS_PROXY`.',
    {
      section: 'Tracing',
      accepts: '`http://` or `https://` URL',
      example: 'http://collector.example.com:4318',
    },
  )
  @IsOptional()
  @IsUrl(
    {
      ...SERVICE_HOST,
      protocols: ['http', 'https'],
      disallow_auth: true,
      allow_query_components: false,
      allow_fragments: false,
    },
    { message: '$property must be an http:// or https:// URL without credentials and query' },
  )
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @Describe('The headers of each call to the collector, such as its token. Values are percent-encoded.', {
    accepts: 'list of `name=value`',
    example: 'authorization=Bearer%20replace-me',
  })
  @IsOptional()
  @ValidateBy({
    name: 'areHeaders',
    validator: {
      validate: (text) => typeof text === 'string' && parseHeaders(text) !== null,
      defaultMessage: () => '$property must be a list of name=value with percent-encoded values',
    },
  })
  OTEL_EXPORTER_OTLP_HEADERS?: string;

  @Describe('The name of the gateway in traces.', { accepts: 'text' })
  @IsString()
  OTEL_SERVICE_NAME = 'kyc-gateway';

  @Describe(
    'The traces that are recorded. With a name that starts with `parentbased`, the `traceparent` of the caller decides, and the rest of the name applies to requests without it.',
  )
  @IsIn(SAMPLERS)
  OTEL_TRACES_SAMPLER: SamplerName = 'parentbased_always_on';

  @Describe('The share of traces that a sampler with `traceidratio` records.', {
    accepts: 'number from 0 to 1',
  })
  @Transform(({ value }) => (typeof value === 'string' ? Number(value) : value))
  @IsNumber({ allowNaN: false })
  @Min(0)
  @Max(1)
  OTEL_TRACES_SAMPLER_ARG = 1;
}

/** Returns undefined if tracing is off. */
export function tracingConfig(environment: TracingEnvironment): TracingConfig | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = '' } = environment;
  if (endpoint === undefined) return undefined;
  return {
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: parseHeaders(headers) ?? {},
    serviceName: environment.OTEL_SERVICE_NAME,
    sampler: environment.OTEL_TRACES_SAMPLER,
    samplerRatio: environment.OTEL_TRACES_SAMPLER_ARG,
  };
}

function parseHeaders(text: string): Record<string, string> | null {
  const headers: Record<string, string> = {};
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue;
    const [, name = '', encoded = ''] = /^([^=]*)=(.*)$/.exec(item) ?? [];
    const value = decode(encoded.trim());
    if (!HEADER_NAME.test(name.trim()) || value === null || !HEADER_VALUE.test(value)) return null;
    headers[name.trim().toLowerCase()] = value;
  }
  return headers;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
