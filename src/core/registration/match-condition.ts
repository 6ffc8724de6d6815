/** A CEL expression under a name; where several are given as conditions, all of them have to hold. */
export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}
