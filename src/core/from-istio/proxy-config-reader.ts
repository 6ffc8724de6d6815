import { ProxyConfig } from '../api/istio-proxy-config.ts';
import { isObject } from '../json/is-object.ts';
import { pointer, pointerParts } from '../json/pointer.ts';
import { readValue } from '../policy/read-object.ts';
import { proxyConfigProblem } from '../sidecar/profiles/istio/proxy-config.ts';
import { withJsonNames } from '../sidecar/profiles/istio/proxy-config-names.ts';
import { type LeftOut, type Reader, withoutPart } from './readers.ts';

/** A ProxyConfig without the fields that a profile refuses, each of which is told. */
export const proxyConfig: Reader = (given) => {
  if (!isObject(given)) return { accepted: 'a map of fields' };
  const left: LeftOut[] = [];
  let config: unknown = withJsonNames(given, false);
  for (;;) {
    const found = firstProblem(config);
    if (found === undefined) return { value: config, left };
    left.push(found);
    config = withoutPart(config, pointerParts(found.path)) ?? {};
  }
};

function firstProblem(config: unknown): LeftOut | undefined {
  const read = readValue(ProxyConfig, config);
  if ('problems' in read) return read.problems[0];
  const message = proxyConfigProblem(JSON.stringify(config));
  if (message === undefined || !isObject(config)) return undefined;
  // what is wrong in meaning is told with the name of its field in front
  const [field = ''] = message.split(' ');
  return { path: Object.hasOwn(config, field) ? pointer(field) : '', message };
}
