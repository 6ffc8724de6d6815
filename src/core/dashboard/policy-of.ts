import { stringify } from 'yaml';
import type { SidecarProfile } from '../api/sidecar-profile.ts';
import { canonicalJson } from '../json/canonical.ts';
import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { changeLine } from '../policy/field-change-text.ts';
import type { FieldChange } from '../policy/field-changes.ts';
import { shown } from '../policy/read-object.ts';
import type { Reading } from './page-of.ts';
import type { PolicyView } from './policy.ts';

/** What is known of a policy beside itself. */
export interface PolicySources extends Reading, Pick<PolicyView, 'shadows'> {
  readonly active: ActivePolicy;
  /** Where it comes from, in a few words. */
  readonly source: string;
  /** What Pillion brings: the API server fills in what somebody leaves out, so what is as there may be nobody’s word. */
  readonly builtIn: ActivePolicy['spec'];
  readonly problems: readonly string[];
  /** Those that it may name. */
  readonly profiles: readonly SidecarProfile[];
  /** The newest first. */
  readonly history: readonly PastPolicy[];
}

/** A policy that was in force. */
export interface PastPolicy {
  readonly changedAt: string;
  readonly changedBy: string;
  readonly revision: number;
  readonly policyRevision: string;
  readonly changes: readonly FieldChange[];
}

// one more is no news to anybody who looks at a page, and `pillion policy diff` has them all
const MOST_CHANGES = 50;

/** The policy as the API tells it. */
export function policyViewOf(sources: PolicySources): PolicyView {
  const { active, source, builtIn, problems, profiles, shadows, history, asOf, remarks } = sources;
  const { name, revision, spec } = active;
  const object = { apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionPolicy', metadata: { name }, spec };
  return {
    asOf,
    active: {
      ...{ name, revision, source, yaml: stringify(object) },
      effective: placesOf(spec, '/spec', builtIn, source),
      problems: [...problems],
    },
    profiles: active.activeProfiles.map((profile) => {
      const known = profiles.find(({ metadata }) => metadata.name === profile.name);
      return {
        name: profile.name,
        kind: known?.spec.kind ?? '',
        revision: profile.revision,
        yaml: known === undefined ? '' : stringify(known),
      };
    }),
    shadows: [...shadows],
    history: history.map((entry) => ({
      at: entry.changedAt,
      by: entry.changedBy,
      policy: name,
      revision: `${entry.revision} (${entry.policyRevision})`,
      changes: changesOf(entry.changes),
    })),
    remarks: [...remarks],
  };
}

function changesOf(changes: readonly FieldChange[]): string[] {
  const more = changes.length - MOST_CHANGES;
  return [
    ...changes.slice(0, MOST_CHANGES).map(changeLine),
    ...(more > 0 ? [`and ${more} more: pillion policy diff has them`] : []),
  ];
}

type Place = PolicyView['active']['effective'][number];

const AS_BUILT_IN = 'as built in';

/** Every place of what counts, as deep as there are maps and lists of maps, and whether it is as Pillion brings it. */
function placesOf(value: unknown, path: string, builtIn: unknown, source: string): Place[] {
  const entries = isObject(value)
    ? Object.entries(value)
    : Array.isArray(value) && value.some(isObject)
      ? [...value.entries()]
      : [];
  if (entries.length === 0) {
    const isBuiltIn = canonicalJson(value) === canonicalJson(builtIn ?? null);
    const origin = isBuiltIn ? AS_BUILT_IN : source;
    return value === undefined ? [] : [{ path, value: shown(value), origin, isBuiltIn }];
  }
  return entries.flatMap(([key, one]) => placesOf(one, `${path}${pointer(key)}`, ownOf(builtIn, key), source));
}

function ownOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
