/** A rejection by an emulated API. The body has the provider's own format. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, message: string, body: unknown) {
    super(message);
    this.name = 'ApiProblem';
    this.status = status;
    this.body = body;
  }
}
