import type { NamespaceStamps } from '../namespaces/stamps.ts';

/** The little of a Namespace that decisions read. */
export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Who changed its opt-in last, and when; absent when it carries no stamp, or where nobody asks. */
  readonly stamps?: NamespaceStamps;
}
