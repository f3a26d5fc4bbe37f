import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { TracingEnvironment, tracingConfig } from './tracing.environment.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

function read(variables: Record<string, string>) {
  const environment = plainToInstance(TracingEnvironment, variables, { exposeDefaultValues: true });
  return { environment, wrong: validateSync(environment).map(({ property }) => property) };
}

describe('The variables of tracing', () => {
  it('switch it on only if they name a collector', () => {
    expect(tracingConfig(read({ OTEL_SERVICE_NAME: 'kyc' }).environment)).toBeUndefined();
    expect(tracingConfig(read(ENDPOINT).environment)).toEqual({
      url: 'http://collector:4318/v1/traces',
      headers: {},
      serviceName: 'kyc-gateway',
      sampler: 'parentbased_always_on',
      samplerRatio: 1,
    });
  });

  it('append the path of traces to a base URL with a path', () => {
    const { environment } = read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com/otlp/' });
    expect(tracingConfig(environment)?.url).toBe('https://otlp.example.com/otlp/v1/traces');
  });

  it('decode the headers', () => {
    const headers = 'Authorization=Basic%20YWxh%3D%3D, x-scope=a=b';
    const { environment, wrong } = read({ ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: headers });
    expect(wrong).toEqual([]);
    expect(tracingConfig(environment)?.headers).toEqual({ authorization: 'Basic YWxh==', 'x-scope': 'a=b' });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:secret@collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318/?token=secret'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'token'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'token=%zz'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'to ken=a'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'token=a%0D%0Aother: b'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', 'half'],
  ])('are rejected if they are not valid: %s=%s', (name, value) => {
    expect(read({ [name]: value }).wrong).toEqual([name]);
  });
});
