import type { Outcome } from './contract.ts';

export interface Reason {
  readonly value: string;
  readonly label: string;
}

/** Facts for pages and help texts. Plain data, because the build of the web pages stores them as JSON. */
export interface ProviderFacts {
  /** The provider's own spelling of its name. */
  readonly title: string;
  /** The path of the API, such as `/acme/v1`. */
  readonly apiPath: string;
  readonly signatureHeader: string;
  /** The outcomes for which the provider sends a webhook (packages/sandbox/README.md lists the exceptions). */
  readonly announced: readonly Outcome[];
  /** The provider's fixed list, or examples if each account defines its own. */
  readonly declineReasons: readonly Reason[];
  /** Empty if the provider cannot ask for another try within a session. */
  readonly resubmissionReasons: readonly Reason[];
  /** One of `declineReasons`, and the word with which a gateway's API explains it to the user. The demo uses it. */
  readonly sampleRejection: { readonly reason: string; readonly explainedAs: string };
  /** The color of the provider's tag in the console. The contrast with every surface is at least 4.5, light and dark. */
  readonly tagColor: string;
  /** The color of buttons and borders on the provider's hosted page, light and dark. */
  readonly accentColor: string;
}
