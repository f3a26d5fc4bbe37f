import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { readBody } from '../provider/read-body.ts';
import { invalid, problem } from './problem.ts';

const name = z
  .string()
  .min(1, { error: "can't be blank" })
  .regex(/^[^!#$%*=<>;{}"]*$/, { error: 'invalid characters' });

const newApplicant = z.strictObject({
  first_name: name,
  last_name: name,
  email: z.email({ error: 'invalid format' }).nullish(),
  dob: z.iso.date().nullish(),
  phone_number: z.string().nullish(),
  address: z.looseObject({ postcode: z.string(), country: z.string().length(3) }).nullish(),
  location: z
    .strictObject({ ip_address: z.string().nullish(), country_of_residence: z.string().length(3).nullish() })
    .nullish(),
  id_numbers: z
    .array(z.strictObject({ type: z.string(), value: z.string(), state_code: z.string().nullish() }))
    .nullish(),
  consents: z
    .array(
      z.strictObject({
        name: z.enum(['privacy_notices_read', 'ssn_verification', 'phone_number_verification']),
        granted: z.boolean(),
      }),
    )
    .nullish(),
});

const newRun = z.strictObject({
  workflow_id: z.uuid(),
  applicant_id: z.uuid(),
  customer_user_id: z.string().max(256).nullish(),
  tags: z.array(z.string().min(1).max(128)).max(30).nullish(),
  custom_data: z.record(z.string(), z.json()).nullish(),
  link: z
    .strictObject({
      completed_redirect_url: z.url().nullish(),
      expired_redirect_url: z.url().nullish(),
      expires_at: z.iso.datetime({ offset: true }).nullish(),
      language: z.enum(['en_US', 'de_DE', 'es_ES', 'fr_FR', 'it_IT', 'pt_PT', 'nl_NL']).nullish(),
    })
    .nullish(),
});

export type NewApplicant = z.infer<typeof newApplicant>;
export type NewRun = z.infer<typeof newRun>;

/** "Create applicant" (Onfido API reference v3.6): both names, without the characters that Onfido rejects. */
export const readNewApplicant = (body: unknown): NewApplicant => read(newApplicant, body);

/** "Create workflow run" (Onfido API reference v3.6). */
export const readNewRun = (body: unknown): NewRun => read(newRun, body);

/** `Authorization: Token token=…` */
export function authenticate(headers: IncomingHttpHeaders, apiToken: string): void {
  const match = /^Token token=(.+)$/.exec(headers.authorization ?? '');
  if (match?.[1] === apiToken) return;
  throw problem(401, 'authorization_error', 'Authorization error: please re-check your credentials');
}

function read<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  return readBody(schema, body, (issues) => {
    const fields: Record<string, string[]> = {};
    for (const issue of issues) {
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [];
      const at = issue.path.map(String);
      for (const path of unknown.length > 0 ? unknown.map((key) => [...at, key]) : [at]) {
        (fields[path.join('.')] ??= []).push(unknown.length > 0 ? 'unknown attribute' : issue.message);
      }
    }
    return invalid(fields);
  });
}
