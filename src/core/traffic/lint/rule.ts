import type { TrafficValues } from '../../api/traffic/values.ts';
import type { Effective } from '../effective-values.ts';

/** What the rules judge: what counts, who chose it, and what the team wrote itself. */
export interface Judged extends Effective {
  readonly project: TrafficValues;
}

/** How much a rule weighs: a warning is no reason to refuse anything, and a note asks for nothing. */
export type RuleLevel = 'error' | 'warning' | 'note';

/** One place where a rule is broken; `path` is a JSON pointer into the effective values. */
export interface Violation {
  readonly path: string;
  readonly message: string;
  /** Where it weighs less than the rule does. */
  readonly level?: RuleLevel;
}

/** A rule as it is told to people. */
export interface RuleText {
  readonly code: string;
  readonly level: RuleLevel;
  /** What has to be true. */
  readonly sentence: string;
  /** What to do where it is not. */
  readonly hint: string;
  /** Why it is a rule: what was measured, and who was hurt. */
  readonly evidence: string;
  /** The test that shows at a real Envoy what the rule says of it, as its file and its name. */
  readonly shownBy?: readonly [file: string, test: string];
  /** False for a rule that no waiver excuses from. */
  readonly waivable?: false;
}

/** A rule with its check, and with values that break it and that keep it, as YAML. */
export interface TrafficRule extends RuleText {
  readonly wrong: string;
  readonly right: string;
  /** Defaults under which the examples are judged, where the built-in ones hide what it is about. */
  readonly exampleDefaults?: string;
  violations(judged: Judged): readonly Violation[];
}
