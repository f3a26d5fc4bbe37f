import { formatTraceparent, parseTraceparent } from './trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('A traceparent header', () => {
  it('is read and written in the form of W3C Trace Context', () => {
    const header = `00-${TRACE}-${SPAN}-01`;
    const context = parseTraceparent(header);
    expect(context).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true, isRemote: true });
    expect(context === undefined ? '' : formatTraceparent(context)).toBe(header);
  });

  it('of a later version is read up to its flags', () => {
    const context = parseTraceparent(`01-${TRACE}-${SPAN}-02-more`);
    expect(context).toMatchObject({ traceId: TRACE, isSampled: false });
  });

  it.each([
    undefined,
    '',
    ['00'],
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${SPAN}-01\n`,
  ])('is ignored if it is not valid: %j', (header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });
});
