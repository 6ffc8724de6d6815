import { NOTHING } from '../adoption/counts.ts';
import type { BothCounts } from '../adoption/status/scoped.ts';
import { namespaceAnswer } from '../decision/opt-in/rules.ts';
import { explanationOf, type SkipReason } from '../decision/reasons.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { ownValue } from '../kubernetes/pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { toldCounts } from './document.ts';
import {
  choicesAmong,
  compareTexts,
  isOwnedBy,
  NOBODY,
  type Position,
  pageAfter,
  type Reading,
  searchFor,
  stagesIn,
  stagesText,
} from './page-of.ts';
import type { NamespacePage, NamespaceRow } from './workloads.ts';

/** What is counted in one namespace. */
export interface NamespaceFigures extends BothCounts {
  /** Pods whose state needs somebody. */
  readonly toMend: number;
}

/** Which namespaces are asked for. */
export interface NamespaceFilter extends Position {
  readonly search?: string;
  readonly namespace?: string;
  readonly tribe?: string;
  readonly stage?: string;
  readonly optIn?: string;
}

const OPT_INS: Readonly<Partial<Record<SkipReason, NamespaceRow['optIn']>>> = {
  'namespace-protected': 'protected',
  'namespace-not-enabled': 'notEnabled',
  'namespace-disabled': 'disabled',
  'namespace-label-invalid': 'invalid',
  'other-revision': 'otherRevision',
};

const OPEN = 'its pods may ask for a sidecar';

/** A namespace as the API tells it. */
export function namespaceRow(
  { name, labels }: Namespace,
  stages: readonly string[],
  figures: NamespaceFigures | undefined,
  policy: Pick<ActivePolicy, 'protectedNamespaces' | 'spec'>,
): NamespaceRow {
  const { optIn, ownership } = policy.spec;
  const closed = policy.protectedNamespaces.has(name) ? 'namespace-protected' : namespaceAnswer(labels, optIn);
  const tribe = ownValue(labels, ownership.tribe.namespaceLabel);
  const stage = stagesText(stages);
  const { pods = NOTHING, workloads = NOTHING, toMend = 0 } = figures ?? {};
  return {
    name,
    ...(tribe !== undefined && { tribe }),
    ...(stage !== undefined && { stage }),
    optIn: (closed && OPT_INS[closed]) ?? 'enabled',
    optInSays: closed === undefined ? OPEN : explanationOf(closed).sentence,
    pods: toldCounts(pods),
    workloads: toldCounts(workloads),
    toMend,
  };
}

/**
 * A page of the namespaces that may be seen.
 * @param rows ordered by name
 */
export function namespacePage(
  rows: readonly NamespaceRow[],
  filter: NamespaceFilter,
  visible: (namespace: string) => boolean,
  { asOf, remarks }: Reading,
): NamespacePage {
  const found = searchFor(filter.search);
  const page = pageAfter(rows, filter, {
    matches: ({ name, tribe, stage, optIn }) =>
      visible(name) &&
      (filter.namespace === undefined || filter.namespace === name) &&
      isOwnedBy(filter.tribe, tribe) &&
      (filter.stage === undefined || stagesIn(stage).includes(filter.stage)) &&
      (filter.optIn === undefined || filter.optIn === optIn) &&
      found(name),
    isAfter: ({ name }, key) => compareTexts(name, key) > 0,
    keyOf: ({ name }) => name,
  });
  return { ...page, ...choicesOf(rows, filter, visible), asOf, remarks: [...remarks] };
}

const CHOICES = {
  namespace: ({ name }: NamespaceRow) => name,
  tribe: ({ tribe }: NamespaceRow) => tribe ?? NOBODY,
  stage: ({ stage }: NamespaceRow) => stagesIn(stage),
  optIn: ({ optIn }: NamespaceRow) => optIn,
};

/** They stand on the first page alone: whoever reads on has them. */
const choicesOf = (
  rows: readonly NamespaceRow[],
  { after }: NamespaceFilter,
  visible: (namespace: string) => boolean,
) =>
  after === undefined
    ? {
        choices: choicesAmong(
          rows.filter(({ name }) => visible(name)),
          CHOICES,
        ),
      }
    : {};
