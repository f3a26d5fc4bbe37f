/**
 * An error in Persona's shape: `{errors: [{title, details}]}`, with `details` in the plural, unlike JSON:API
 * (Persona API reference, "Errors").
 */
export class PersonaProblem extends Error {
  readonly status: number;
  readonly title: string;
  readonly details: string | undefined;

  constructor(status: number, title: string, details?: string) {
    super(details ?? title);
    this.name = 'PersonaProblem';
    this.status = status;
    this.title = title;
    this.details = details;
  }

  get body(): unknown {
    const error =
      this.details === undefined ? { title: this.title } : { title: this.title, details: this.details };
    return { errors: [error] };
  }
}

export const badRequest = (details: string) => new PersonaProblem(400, 'Bad Request', details);
export const conflict = (details: string) => new PersonaProblem(409, 'Conflict', details);
export const notFound = () => new PersonaProblem(404, 'Record not found');
