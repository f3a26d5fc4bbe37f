import type { Inquiry } from './inquiries.ts';
import { badRequest } from './problem.ts';
import { inquiryResource } from './resources.ts';

const FILTERS: Readonly<Record<string, (inquiry: Inquiry) => string | null>> = {
  'filter[reference-id]': (inquiry) => inquiry.referenceId,
  'filter[inquiry-id]': (inquiry) => inquiry.id,
  'filter[account-id]': (inquiry) => inquiry.account?.id ?? null,
  'filter[inquiry-template-id]': (inquiry) => inquiry.templateId,
  'filter[status]': (inquiry) => inquiry.status,
  'filter[note]': (inquiry) => inquiry.request.data.attributes.note ?? null,
};

/** "List all Inquiries": newest first, paged by cursor; unknown filters are rejected (Persona API reference). */
export function listInquiries(newestFirst: Inquiry[], query: Record<string, string | undefined>): unknown {
  const wanted = Object.entries(query).filter(([name]) => name.startsWith('filter['));
  const matching = wanted.reduce((rest, [name, value]) => {
    const read = FILTERS[name];
    if (read === undefined) throw badRequest(`${name} is not a known filter`);
    // A reference id and a note are single values. The other filters are lists.
    const isList = name !== 'filter[reference-id]' && name !== 'filter[note]';
    const values = isList ? (value ?? '').split(',') : [value ?? ''];
    return rest.filter((inquiry) => values.includes(read(inquiry) ?? ''));
  }, newestFirst);

  const size = Number(query['page[size]'] ?? 10);
  if (!Number.isInteger(size) || size < 1 || size > 100) throw badRequest('page[size] must be 1 to 100');
  const cursor = query['page[after]'];
  const start = cursor === undefined ? 0 : matching.findIndex((inquiry) => inquiry.id === cursor) + 1;
  const page = matching.slice(start, start + size);
  const last = page.at(-1);
  const next =
    last !== undefined && start + size < matching.length
      ? `/api/v1/inquiries?${new URLSearchParams({
          ...Object.fromEntries(wanted.map(([name, value]) => [name, value ?? ''])),
          'page[size]': String(size),
          'page[after]': last.id,
        }).toString()}`
      : null;
  return { data: page.map(inquiryResource), links: { prev: null, next } };
}
