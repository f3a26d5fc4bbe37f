/** Nothing is loaded from elsewhere, and links leave the frame. */
const HEAD =
  `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">` +
  `<base target="_blank"><meta name="referrer" content="no-referrer">`;

/** A mail's HTML for a frame; what is put in stands inside its head, so that its doctype keeps coming first. */
export function framed(html: string): string {
  const head = /<head\b[^>]*>/i;
  return head.test(html) ? html.replace(head, (tag) => tag + HEAD) : HEAD + html;
}
