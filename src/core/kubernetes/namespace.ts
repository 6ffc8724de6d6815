/** The little of a Namespace that decisions read. */
export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}
