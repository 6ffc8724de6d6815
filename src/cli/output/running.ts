import { explanationOf } from '../../core/decision/reasons.ts';
import { printable } from '../../core/problem/printable.ts';
import { type RunningSidecar, SIDECAR_STATES, type SidecarState } from '../../core/running/sidecar-state.ts';
import type { StatesSum } from '../../core/running/states-tally.ts';
import type { OtherPart } from '../../core/simulation/change.ts';
import type { ExplainedCreation, ExplainedRequester } from '../explained-creation.ts';
import type { Explanation } from '../explained-live.ts';

/** A label and what stands beside it; lines below the first are indented alike. */
export type Row = readonly [label: string, text: string];

/** What a cluster tells of a pod or a workload: what made it, how it stands to today, how it came to be, and who asked. */
export function runningRows({ kind, owners = [], running, pods, creation, requestedBy }: Explanation): readonly Row[] {
  return [
    ...(owners.length === 0 ? [] : [['owner', owners.map(ownerText).join(', of ')] as const]),
    ...(running === undefined ? [] : runningText(running)),
    ...(pods === undefined ? [] : statesRows(pods)),
    ...(creation === undefined ? [] : [['created', creationText(creation)] as const]),
    ...(requestedBy === undefined ? [] : [['asked', requesterText(requestedBy, kind)] as const]),
  ];
}

function ownerText({ kind, name, verified }: NonNullable<Explanation['owners']>[number]): string {
  const named = `${kind}/${name}`;
  return verified === 'no' ? `${named}, as the pod says: no such object made it` : named;
}

const runningText = ({ state, differences }: RunningSidecar): readonly Row[] => [
  ['runs', `${state}: ${SIDECAR_STATES[state]}`],
  ...someParts(differences).map((text): Row => ['', text]),
];

const MOST_PARTS = 6;

function someParts(parts: readonly (OtherPart & { readonly pods?: number })[]): readonly string[] {
  const more = parts.length - MOST_PARTS;
  return [...parts.slice(0, MOST_PARTS).map(partText), ...(more > 0 ? [`and ${more} more (-o json has them)`] : [])];
}

const partText = ({ at, before, after, pods }: OtherPart & { readonly pods?: number }): string =>
  `${at} ${before === undefined ? `added: ${after}` : after === undefined ? `gone: ${before}` : `${before} -> ${after}`}${pods === undefined ? '' : ` (in ${podsText(pods)})`}`;

const podsText = (count: number): string => `${count} pod${count === 1 ? '' : 's'}`;

const STATES_OF_MANY: Readonly<Record<SidecarState, string>> = {
  injected: 'run the sidecar that they would get now',
  stale: 'run an older sidecar',
  missing: 'lack the sidecar that they would get now',
  unwanted: 'run with a sidecar that they would not get now',
  forged: 'tell of a sidecar that is not there',
  refused: 'would be refused now',
  'not-wanted': 'run without a sidecar, and would get none now',
};

/** How the pods of a workload or a namespace stand to today. */
export function statesRows({ pods, states, stale }: StatesSum): readonly Row[] {
  if (pods === 0) return [['runs', 'no pod of it runs']];
  return [
    ...states.map(({ state, pods: count, examples }, index): Row => {
      const isAsWanted = state === 'injected' || state === 'not-wanted';
      const some = isAsWanted ? '' : ` (${examples.join(', ')}${count > examples.length ? ' ...' : ''})`;
      return [index === 0 ? 'runs' : '', `${count} of ${podsText(pods)} ${STATES_OF_MANY[state]}${some}`];
    }),
    ...someParts(stale).map((text): Row => ['', `  ${text}`]),
  ];
}

const PROOFS = {
  'same-rendering': 'and the sidecar is the one that it would get now',
  none: 'which anybody can write; --audit LOG has the record',
};

function creationText(creation: ExplainedCreation): string {
  switch (creation.from) {
    case 'record': {
      const { time, verdict, reason, policy, recordId } = creation.record;
      return `${time} ${verdict}, ${reason}: ${explanationOf(reason).sentence} (record ${recordId}, policy ${policy.name} ${policy.revision})`;
    }
    case 'status': {
      const { recordId, policy, revision, profile, proof } = creation;
      if (proof === 'contradicted')
        return `its status tells of record ${recordId}, and of nothing that is there: it is not believed`;
      return `record ${recordId}, policy ${policy} ${revision}, profile ${profile}: so its status says, ${PROOFS[proof]}`;
    }
    case 'nothing':
      return 'nothing on the pod tells; --audit LOG has the record, if there is one';
  }
}

const VERBS: ReadonlyMap<string, string> = new Map([
  ['CREATE', 'created'],
  ['UPDATE', 'changed'],
]);

function requesterText(requester: ExplainedRequester, kind: string): string {
  switch (requester.from) {
    case 'record': {
      const { user, operation, kind: of, name, time, recordId } = requester;
      return `${user} ${VERBS.get(operation) ?? operation} ${of}/${name} at ${time} (record ${recordId})`;
    }
    case 'managedFields': {
      const { manager, kind: of, name, time } = requester;
      return `no record names the person: the program ${manager} wrote ${of}/${name} last, at ${time}; --audit LOG tells who`;
    }
    case 'nothing':
      return `nobody is known to have asked for this ${kind}; --audit LOG tells who`;
  }
}

/** Rows as lines, labels in the first column. */
export const rowLines = (rows: readonly Row[]): readonly string[] =>
  rows.map(([label, text]) => `  ${label}${' '.repeat(Math.max(1, 8 - label.length))}${printable(text)}`);
