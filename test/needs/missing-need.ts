/** Something that a suite needs is not on this machine. `what` and `getIt` complete the sentence in the message. */
export class MissingNeed extends Error {
  readonly what: string;
  readonly getIt: string;

  constructor(what: string, getIt: string) {
    super(`needs ${what} (get it by: ${getIt})`);
    this.name = 'MissingNeed';
    this.what = what;
    this.getIt = getIt;
  }
}
