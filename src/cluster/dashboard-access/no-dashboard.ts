/** Why the dashboard cannot be reached, with what to do about it. */
export class NoDashboard extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'NoDashboard';
  }
}
