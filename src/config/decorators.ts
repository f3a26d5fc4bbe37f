import { Transform } from 'class-transformer';
import { ArrayNotEmpty, IsInt, IsString, Max, Min, MinLength, ValidateBy } from 'class-validator';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Accepts only `true` and `false`. `yes`, `1` and `TRUE` stay strings, so `@IsBoolean()` rejects them. */
export function Flag(): PropertyDecorator {
  return Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value));
}

export function WholeNumber(): PropertyDecorator {
  return Transform(({ value }) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value));
}

/** At least 30 days, because the database rejects the deletion of younger rows. */
export function Days(): PropertyDecorator {
  return combine(WholeNumber(), IsInt(), Min(30), Max(36_500));
}

/** A comma-separated list that is not empty when it is set. */
export function TextList(): PropertyDecorator {
  return combine(
    Transform(({ value }) => splitList(value)),
    ArrayNotEmpty(),
    IsString({ each: true }),
  );
}

/** A comma-separated list, newest first. During a rotation it is `new,old`, and both secrets are valid. */
export function SecretList(minLength = 8): PropertyDecorator {
  return combine(
    Transform(({ value }) => splitList(value)),
    ArrayNotEmpty(),
    IsString({ each: true }),
    MinLength(minLength, { each: true }),
  );
}

export function UrlList(): PropertyDecorator {
  return combine(
    Transform(({ value }) => splitList(value)),
    ArrayNotEmpty(),
    SecureUrl({ each: true }),
  );
}

/**
 * An https URL without credentials. Plain http is valid for loopback addresses, and for others if the flag that
 * `httpOption` names is true.
 */
export function SecureUrl({
  each = false,
  httpOption,
}: { each?: boolean; httpOption?: string } = {}): PropertyDecorator {
  const exception = httpOption === undefined ? '' : `, or with ${httpOption}=true`;
  return ValidateBy(
    {
      name: 'secureUrl',
      validator: {
        validate: (value, args) => {
          const variables = args?.object as Record<string, unknown>;
          return isSecureUrl(value, httpOption !== undefined && variables[httpOption] === true);
        },
        defaultMessage: () => `$property must be an https:// URL (http:// only on loopback${exception})`,
      },
    },
    { each },
  );
}

export function splitList(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function isSecureUrl(value: unknown, allowsHttp: boolean): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') return false;
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && (allowsHttp || LOOPBACK.test(url.hostname)))
  );
}

function combine(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => decorators.forEach((decorate) => decorate(target, property));
}
