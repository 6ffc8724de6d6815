import { isObject } from '../../src/core/json/is-object.ts';
import type { ChartValues, Json } from './peer.ts';
import { type Settings, TEMPLATES } from './settings.ts';

/**
 * The settings that an overlay of Helm values stands for.
 * @throws when it has a value that is mapped nowhere, so that nothing is passed over
 */
export function overlaySettings([overlay]: readonly Json[], chart: ChartValues): Settings {
  const { values } = (overlay as { spec: { values: Json } }).spec;
  return Object.assign({}, ...leaves(values).map(([path, value]) => settingOf(path, value, chart))) as Settings;
}

const WHOLE: readonly string[] = ['global.proxy.resources', 'global.imagePullSecrets', 'global.podDNSSearchNamespaces'];

const leaves = (value: Json, path: readonly string[] = []): [string, unknown][] =>
  Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const at = [...path, key];
    return isObject(inner) && !WHOLE.includes(at.join('.')) ? leaves(inner, at) : [[at.join('.'), inner]];
  });

function settingOf(path: string, value: unknown, chart: ChartValues): Settings {
  const template = /^sidecarInjectorWebhook\.templates\.(.+)$/.exec(path)?.[1];
  const structure = template === undefined ? undefined : TEMPLATES.get(template);
  if (structure !== undefined) return structure;
  switch (path) {
    case 'global.proxy.resources':
      return {
        resources: withoutNulls(laidOver(chart.global.proxy.resources, value as Json)) as NonNullable<
          Settings['resources']
        >,
      };
    case 'global.imagePullSecrets':
      return { images: { pullSecrets: value as string[] } };
    // a value without effect (Istio reference, chapter 3.8)
    case 'global.podDNSSearchNamespaces':
      return {};
    default:
      throw new Error(`the value ${path} of an overlay is mapped nowhere`);
  }
}

const laidOver = (under: Json, over: Json): Json => {
  const inner = Object.entries(over).map(([key, value]) => {
    const there = under[key];
    return [key, isObject(value) && isObject(there) ? laidOver(there, value) : value] as const;
  });
  return { ...under, ...Object.fromEntries(inner) };
};

const withoutNulls = (value: Json): Json =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, isObject(inner) ? withoutNulls(inner) : inner]),
  );
