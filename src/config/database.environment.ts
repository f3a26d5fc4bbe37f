import { Transform } from 'class-transformer';
import { IsBoolean, IsInt, IsUrl, Max, Min, ValidateBy } from 'class-validator';
import { Flag, WholeNumber } from './decorators.ts';
import { Describe } from './describe.ts';
import { parseColumnName, parseTableName } from './table-name.ts';

/** Container names are valid hosts, although they have no dot and may contain underscores. */
export const SERVICE_HOST = { require_protocol: true, require_tld: false, allow_underscores: true } as const;

/** Other tools read the schema from these parameters. The driver of PostgreSQL ignores them. */
const SCHEMA_PARAMETERS = ['schema', 'currentSchema'];

/** The variables that `npm run migrate` needs. */
export class DatabaseEnvironment {
  @Describe('PostgreSQL 13 or newer. Percent-encode characters of the password that are reserved in a URL.', {
    section: 'Database',
    accepts: '`postgres://` URL',
    example: 'postgres://kyc:replace-me@127.0.0.1:5432/kyc',
  })
  @Rule(
    'namesNoSchema',
    (url) => SCHEMA_PARAMETERS.every((name) => !URL.canParse(url) || !new URL(url).searchParams.has(name)),
    '$property must not contain the parameter schema or currentSchema, which PostgreSQL ignores. ' +
      'Remove it, and set USERS_TABLE to the table with its schema, such as app.users',
  )
  @IsUrl(
    { ...SERVICE_HOST, protocols: ['postgres', 'postgresql'] },
    { message: '$property must be a postgres:// URL' },
  )
  @Rule(
    'namesOneHost',
    (url) => !hostsOf(url).includes(','),
    '$property must name one host. Use a name that leads to the primary also after a fail-over, such as ' +
      'the one of your proxy, load balancer or cloud provider',
  )
  DATABASE_URL!: string;

  @Describe('The connections of one replica for requests. Jobs and listeners take five more.')
  @WholeNumber()
  @IsInt()
  @Min(2)
  @Max(100)
  DATABASE_POOL_SIZE = 10;

  @Describe(
    'Whether the gateway applies migrations when it starts. Set false to run `npm run migrate` yourself.',
  )
  @Flag()
  @IsBoolean()
  DATABASE_MIGRATE = true;

  @Describe(
    "The table with your platform's users (docs/users-table.md). Names are taken as they are written, upper and lower case included. Double quotes are allowed, and needed around a name that contains a dot.",
    { section: 'Users table', accepts: '`table` or `schema.table`', example: 'users' },
  )
  @Rule(
    'isTableName',
    (text) => parseTableName(text) !== null,
    '$property must be the name of a table, such as users, app.users or "User"',
  )
  USERS_TABLE = 'users';

  @Describe('The column with the id of a user. It must be unique by itself.', { accepts: 'column' })
  @ColumnName()
  USERS_ID_COLUMN = 'id';

  @Describe('The column with the mail address of a user.', { accepts: 'column' })
  @ColumnName()
  USERS_EMAIL_COLUMN = 'email';

  @Describe('Whether the migration creates the users table if it does not exist.')
  @Flag()
  @IsBoolean()
  USERS_TABLE_CREATE = false;
}

/** libpq accepts a list of hosts in both places. The driver of the gateway does not. */
function hostsOf(url: string): string {
  const [, authority = '', query = ''] = /^[a-z]+:\/\/([^/?#]*)[^?#]*\??([^#]*)/i.exec(url) ?? [];
  const hosts = authority.slice(authority.lastIndexOf('@') + 1);
  return [hosts, ...new URLSearchParams(query).getAll('host')].join(' ');
}

export function ColumnName(): PropertyDecorator {
  const trim = Transform(({ value }) => (typeof value === 'string' ? (parseColumnName(value) ?? '') : value));
  const rule = Rule('isColumnName', (text) => text !== '', '$property must be the name of a column');
  return (target, property) => [trim, rule].forEach((decorate) => decorate(target, property));
}

function Rule(name: string, isValid: (text: string) => boolean, message: string): PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'string' && isValid(value);
  return ValidateBy({ name, validator: { validate, defaultMessage: () => message } });
}
