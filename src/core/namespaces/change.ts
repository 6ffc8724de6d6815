import type { InjectionPolicy } from '../api/injection-policy.ts';
import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import { namespaceAnswer } from '../decision/opt-in/rules.ts';
import { isObject } from '../json/is-object.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import { type Labels, ownValue } from '../kubernetes/pod.ts';

type OptIn = InjectionPolicy['spec']['optIn'];

/** What the labels of a namespace say about its opt-in. */
export interface OptInState {
  /** The value of the opt-in label. */
  readonly label: string | undefined;
  readonly revision: string | undefined;
  readonly open: boolean;
}

/** A change of a namespace, as far as it concerns the opt-in. */
export interface NamespaceChange {
  /** Of a namespace whose name the API server has yet to make: how that begins. */
  readonly name: string;
  readonly isNamed: boolean;
  /** Nothing for a namespace that is created. */
  readonly before: OptInState;
  readonly after: OptInState;
  readonly course: 'opened' | 'closed' | 'kept';
  /** Whether one of the two labels changes, with or without an effect. */
  readonly relabelled: boolean;
  readonly underDeletion: boolean;
}

/** What an AdmissionRequest tells about a change. */
export interface ChangeRequest {
  readonly operation: string;
  readonly resource: { readonly group: string; readonly resource: string };
  readonly subResource: string;
  readonly name: string;
  readonly object: unknown;
  readonly oldObject: unknown;
}

/**
 * The change of a namespace that a request makes, read from objects of any shape: what is not as Kubernetes has it counts as
 * absent.
 * @returns undefined for a request that is no such change
 */
export function changeOf(request: ChangeRequest, optIn: OptIn): NamespaceChange | undefined {
  const { operation, resource, subResource } = request;
  if (resource.group !== '' || resource.resource !== 'namespaces' || subResource !== '') return undefined;
  if (operation !== 'CREATE' && operation !== 'UPDATE') return undefined;
  const old = operation === 'UPDATE' ? metadataOf(request.oldObject) : {};
  const metadata = metadataOf(request.object);
  const before = optInStateOf(labelsIn(old.labels, optIn), optIn);
  const after = optInStateOf(labelsIn(metadata.labels, optIn), optIn);
  const name = request.name || textOf(metadata.name);
  return {
    name: name || textOf(metadata.generateName),
    isNamed: name !== '',
    before,
    after,
    course: before.open === after.open ? 'kept' : after.open ? 'opened' : 'closed',
    relabelled: before.label !== after.label || before.revision !== after.revision,
    // as it stands: the API server takes no deletion from the caller of a create or update, so the new object may claim one
    underDeletion: textOf(old.deletionTimestamp) !== '',
  };
}

/** The state that labels of a namespace amount to. */
export const optInStateOf = (labels: Labels, optIn: OptIn): OptInState => ({
  label: ownValue(labels, optIn.namespaceLabel.key),
  revision: ownValue(labels, REVISION_LABEL),
  open: namespaceAnswer(labels, optIn) === undefined,
});

/** The labels behind a state, by their keys. */
export const labelsOfState = ({ label, revision }: OptInState, optIn: OptIn): Labels =>
  Object.fromEntries(
    [[optIn.namespaceLabel.key, label] as const, [REVISION_LABEL, revision] as const].flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    ),
  );

function labelsIn(labels: unknown, { namespaceLabel }: OptIn): Labels {
  if (!isObject(labels)) return {};
  const read = [namespaceLabel.key, REVISION_LABEL].map((key) => [key, ownEntry(labels, key)] as const);
  return Object.fromEntries(read.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

const ownEntry = (map: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(map, key) ? map[key] : undefined;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
