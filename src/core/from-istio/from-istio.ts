import { IstioProfile } from '../api/istio-profile.ts';
import { isObject } from '../json/is-object.ts';
import { readValue, shown } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';
import { BUILT_IN_PROXY_CONFIG } from '../sidecar/profiles/istio/proxy-config.ts';
import { KNOWN_ANNOTATIONS } from '../sidecar/profiles/known-annotations.ts';
import type { IstioSettings } from './config-maps.ts';
import { readDefaultTemplates } from './default-templates.ts';
import { type Expressible, expressible } from './expressible.ts';
import type { Finding } from './finding.ts';
import { readPolicySettings } from './policy-settings.ts';
import { fieldOf, inOrder, meansTheSame, withField } from './profile-fields.ts';
import { readSettings, type Said } from './read-settings.ts';
import { readTemplates, written } from './templates.ts';

type Json = Readonly<Record<string, unknown>>;

/** How the profile is to be. */
export interface Wishes {
  readonly compatibility: IstioProfile['spec']['compatibility'];
  /** Whether it has every setting, or those that differ from the built-in profile. */
  readonly full: boolean;
  /** Whether pods may use every annotation, also those that give the sidecar rights, images and volumes, as with Istio. */
  readonly allowPrivileged: boolean;
}

/** What an istiod is configured with, as objects of Pillion. */
export interface FromIstio {
  readonly profile: object;
  readonly policy: object;
  /** What of the settings could not be expressed. */
  readonly findings: readonly Finding[];
}

// what a field that is left out means, where the schema has no default of it
const LEFT_OUT: Readonly<Record<string, unknown>> = { 'probes.statusPort': 15020 };

/** Makes a profile and a policy of the settings of Istio’s injector. */
export function fromIstio(
  settings: IstioSettings,
  { compatibility, full, allowPrivileged }: Wishes,
): FromIstio | { readonly problems: readonly Problem[] } {
  const read = readSettings(settings);
  const templates = readTemplates(settings.config);
  const defaults = readDefaultTemplates(
    settings.config,
    templates.templates.map(({ name }) => name),
  );
  const name = settings.revision === '' ? 'istio' : `istio-${settings.revision}`;
  const policy = readPolicySettings(settings, name);
  const parts = [read, templates, defaults, policy];
  const problems = parts.flatMap((part) => part.problems);
  if (problems.length > 0) return { problems };
  const base = {
    kind: 'Istio',
    compatibility,
    ...(templates.templates.length === 0 ? {} : { templates: templates.templates.map(written) }),
    ...(defaults.names.join() === 'sidecar' ? {} : { defaultTemplates: defaults.names }),
  };
  const made = expressible(base, settings, read.said);
  if ('problems' in made) return made;
  const spec = full ? inOrder(made.filled as unknown as Json) : differences(base, made);
  return {
    profile: { ...object('SidecarProfile', name), spec },
    policy: {
      ...object('InjectionPolicy', 'default'),
      spec: { ...policy.spec, ...(allowPrivileged ? EVERYTHING : {}) },
    },
    findings: inPlaceOrder([
      ...parts.flatMap((part) => part.findings),
      ...made.findings,
      ...statusPortFindings(settings, made, compatibility),
    ]),
  };
}

/** As a reader meets them: by file, line and column. */
const inPlaceOrder = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted(
    (one, other) =>
      compared(one.file ?? '', other.file ?? '') ||
      (one.line ?? 0) - (other.line ?? 0) ||
      (one.column ?? 0) - (other.column ?? 0),
  );

const compared = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

const EVERYTHING = { overrides: { allow: [...KNOWN_ANNOTATIONS.keys()].map((key) => ({ key })) } };

const object = (kind: string, name: string) => ({ apiVersion: 'pillion.io/v1alpha1', kind, metadata: { name } });

/** The spec without what the built-in profile says as well. */
function differences(base: Json, { said }: Expressible): Json {
  const builtIn = readValue(IstioProfile.properties.spec, { kind: 'Istio' });
  const preset = 'value' in builtIn ? builtIn.value : {};
  const effective = new Map(said.map((one) => [one.row.field, one.value]));
  let spec: Json = base;
  for (const [field, value] of effective) {
    const own = field === 'proxyConfig' ? withoutBuiltIn(value) : value;
    const under = fieldOf(preset, field) ?? LEFT_OUT[field];
    if (!meansTheSame(own, under, field)) spec = withField(spec, field, own);
  }
  return inOrder(spec);
}

/** A ProxyConfig without the fields that Istio has built in. */
const withoutBuiltIn = (config: unknown): unknown =>
  isObject(config)
    ? Object.fromEntries(Object.entries(config).filter(([key, value]) => fieldOf(BUILT_IN_PROXY_CONFIG, key) !== value))
    : config;

/** With compatibility Corrected, one port holds everywhere: that on which the agent listens. */
function statusPortFindings(
  settings: IstioSettings,
  { said, filled }: Expressible,
  compatibility: Wishes['compatibility'],
): Finding[] {
  const port = said.find(({ row }) => row.field === 'probes.statusPort') as Said | undefined;
  const agent = filled.proxyConfig.statusPort ?? BUILT_IN_PROXY_CONFIG.statusPort;
  if (
    compatibility === 'Istio' ||
    port === undefined ||
    [0, LEFT_OUT[port.row.field], agent].includes(port.value as number)
  )
    return [];
  const message = `is ${shown(port.value)}, and the agent listens on ${agent}: with compatibility Corrected the latter holds everywhere; set meshConfig.defaultConfig.statusPort for another port`;
  return [settings.values.problemAt(port.path, message)];
}
