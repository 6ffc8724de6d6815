import type { ProxyConfig } from '../../../api/istio-proxy-config.ts';
import { pointer } from '../../../json/pointer.ts';
import { type Labels, ownValue } from '../../../kubernetes/pod.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import type { SettingOrigin } from '../../rendering.ts';
import { ISTIO_ANNOTATIONS, type IstioRule, UNSUPPORTED_ANNOTATIONS } from './annotations.ts';
import { ANNOTATIONS } from './names.ts';
import { FORBIDDEN_VARIABLE } from './overrides.ts';
import { readProxyConfig } from './proxy-config.ts';

/** What a pod says about its sidecar by annotations. */
export interface Wishes {
  readonly origins: readonly SettingOrigin[];
  /** What cannot be read, in the order of the table. */
  readonly problems: readonly Problem[];
  /** What is not the pod’s to say. */
  readonly excesses: readonly Problem[];
  /** The pod’s own ProxyConfig. */
  readonly config: ProxyConfig;
}

const CONFIG_KEY = ANNOTATIONS.config;
const PLACES: ReadonlyMap<string, number> = new Map([...ISTIO_ANNOTATIONS.keys()].map((key, place) => [key, place]));
const REFUSED = [...UNSUPPORTED_ANNOTATIONS].filter(([, why]) => why !== '');
const NO_CONFIG: ProxyConfig = Object.freeze({});
// amounts are short, and a configuration would fill the record
const MOST_RECORDED = 256;

/**
 * Reads the annotations of a pod; all that are not accepted are named at once.
 * @param asIstio whether values that Istio’s injector does not judge are taken as they are
 */
export function wishesOf(annotations: Labels, asIstio: boolean): Wishes {
  const keys = Object.keys(annotations).filter((key) => PLACES.has(key));
  if (keys.length > 1) keys.sort((one, other) => (PLACES.get(one) ?? 0) - (PLACES.get(other) ?? 0));
  const text = ownValue(annotations, CONFIG_KEY);
  const read = text === undefined ? { config: NO_CONFIG } : readProxyConfig(text, asIstio);
  const wrongAbout = (key: string, value: string, rule: IstioRule): string | boolean => {
    if (key === CONFIG_KEY) return 'problem' in read ? read.problem : false;
    return asIstio && !rule.judgedByIstio ? false : rule.refuses(value);
  };
  const problems: Problem[] = [];
  const origins: SettingOrigin[] = [];
  for (const key of keys) {
    const rule = ISTIO_ANNOTATIONS.get(key) as IstioRule;
    const value = annotations[key] ?? '';
    const wrong = wrongAbout(key, value, rule);
    if (wrong === false)
      origins.push({ setting: rule.setting, origin: `annotation ${key}`, value: value.slice(0, MOST_RECORDED) });
    else problems.push(refused(key, value, wrong === true ? `accepted: ${rule.accepted}` : wrong));
  }
  for (const [key, why] of REFUSED)
    if (Object.hasOwn(annotations, key)) problems.push(refused(key, annotations[key] ?? '', `${why}; remove it`));
  const config = 'problem' in read ? NO_CONFIG : read.config;
  return { origins, problems, excesses: asIstio ? [] : excessesOf(annotations, config), config };
}

const refused = (key: string, value: string, why: string): Problem => ({
  path: pointer('metadata', 'annotations', key),
  message: `${key} is ${quoted(value)}; ${why}`,
});

const DISCOVERY = 'sidecar.istio.io/discoveryAddress';
/** Fields by which the proxy would run another program, or listen to another control plane. */
const FORBIDDEN_FIELDS = [
  'binaryPath',
  'configPath',
  'customConfigFile',
  'proxyBootstrapTemplatePath',
  'discoveryAddress',
] as const satisfies (keyof ProxyConfig)[];

/** What would make the proxy another one, or a privileged one. */
function excessesOf(annotations: Labels, config: ProxyConfig): Problem[] {
  const variables = Object.keys(config.proxyMetadata ?? {}).filter(
    (name) => FORBIDDEN_VARIABLE.test(name) || name === 'IPTABLES_TRACE_LOGGING',
  );
  const fields = [
    ...variables.map((name) => `proxyMetadata.${name}`),
    ...FORBIDDEN_FIELDS.filter((field) => config[field] !== undefined),
  ];
  const excess = (key: string, what: string): Problem => ({
    path: pointer('metadata', 'annotations', key),
    message: `${what} is not a pod’s to set; remove it, or have the profile set it`,
  });
  return [
    ...fields.map((field) => excess(CONFIG_KEY, `${field} of ${CONFIG_KEY}`)),
    // the agent reads it in the running pod
    ...(Object.hasOwn(annotations, DISCOVERY) ? [excess(DISCOVERY, DISCOVERY)] : []),
  ];
}
