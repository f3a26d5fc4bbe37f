import { z } from 'zod';
import { firstOf, readBody } from '../provider/read-body.ts';
import { problem } from './problem.ts';

/** A zod message that is a Veriff error code becomes that code. Every other error is 1104. */
const text = z.string().nullish();

const newSession = z.strictObject({
  verification: z.strictObject(
    {
      callback: z
        .string()
        .refine((url) => url.startsWith('https://') && URL.canParse(url), { error: '1302' })
        .nullish(),
      person: z
        .strictObject({
          firstName: text,
          lastName: text,
          fullName: text,
          dateOfBirth: z.iso.date({ error: '1203' }).nullish(),
          idNumber: text,
          phoneNumber: text,
          gender: text,
          email: text,
        })
        .nullish(),
      document: z
        .strictObject({
          number: text,
          country: text,
          type: z.enum(['PASSPORT', 'ID_CARD', 'DRIVERS_LICENSE', 'RESIDENCE_PERMIT']).nullish(),
        })
        .nullish(),
      address: z.strictObject({ fullAddress: text }).nullish(),
      proofOfAddress: z.looseObject({}).nullish(),
      consents: z.array(z.looseObject({})).nullish(),
      vendorData: z.string({ error: '1501' }).max(1000, { error: '1500' }).nullish(),
      endUserId: z.uuid().nullish(),
    },
    { error: (issue) => (issue.input === undefined ? '1102' : undefined) },
  ),
});

export interface NewSession {
  callback: string | null;
  vendorData: string | null;
  endUserId: string | null;
}

/**
 * Reads the body of "Create a session" (devdocs.veriff.com, POST /v1/sessions). Like Veriff, it rejects unknown
 * attributes, a return address without https, and vendorData that is not a short string.
 */
export function readNewSession(body: unknown): NewSession {
  const { verification } = readBody(newSession, body, (issues) => {
    const code = /^\d{4}$/.test(issues[0].message) ? issues[0].message : '1104';
    return problem(400, code, firstOf(issues));
  });
  const { callback, vendorData, endUserId } = verification;
  return { callback: callback ?? null, vendorData: vendorData ?? null, endUserId: endUserId ?? null };
}
