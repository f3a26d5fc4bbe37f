interface Page {
  title: string;
  /** Undefined for a page without a provider. */
  provider?: { name: string; title: string };
  main: string;
  /** The part for developers, beside the user's page. */
  aside?: string;
}

/** The layout of every hosted page. It has no script, one stylesheet and no content of other origins. */
export function page({ title, provider, main, aside = '' }: Page): string {
  const wordmark = provider === undefined ? 'Sandbox' : `${provider.title} (sandbox)`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)} – ${escape(wordmark)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/hosted/style.css">
</head>
<body class="${provider?.name ?? 'no-provider'}">
<header><p class="wordmark">${escape(wordmark)}</p></header>
<main>
<h1>${escape(title)}</h1>
${main}
</main>
${aside}
</body>
</html>
`;
}

export function messagePage(title: string, message: string): string {
  return page({ title, main: `<p role="alert">${escape(message)}</p>` });
}

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
