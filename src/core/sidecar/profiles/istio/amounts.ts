import { asText } from '../../../json/as-text.ts';
import { fieldsOf } from '../../../json/fields-of.ts';
import { isObject } from '../../../json/is-object.ts';
import type { Container } from '../../../kubernetes/pod.ts';
import { quantityValue } from '../../../kubernetes/quantity.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import { SIDECAR } from '../../names.ts';
import type { Amounts, Rendered, SettingOrigin } from '../../rendering.ts';
import type { Namesake } from '../../separate.ts';
import { mountPathsOf } from '../mount-paths.ts';
import { ENVIRONMENT_SETTING, LIFECYCLE_SETTING, MOUNTS_SETTING } from './annotations.ts';

const PLACES: readonly (readonly ['requests' | 'limits', 'cpu' | 'memory', keyof Amounts])[] = [
  ['limits', 'cpu', 'limitCpu'],
  ['limits', 'memory', 'limitMemory'],
  ['requests', 'cpu', 'requestCpu'],
  ['requests', 'memory', 'requestMemory'],
];

/** What a rendered container asks for and may use at most. */
export function amountsOf(container: Rendered | undefined): Amounts {
  const amount = (bound: string, name: string): string | undefined => amountIn(container?.resources, bound, name);
  return {
    requestCpu: amount('requests', 'cpu'),
    requestMemory: amount('requests', 'memory'),
    limitCpu: amount('limits', 'cpu'),
    limitMemory: amount('limits', 'memory'),
  };
}

function amountIn(resources: unknown, bound: string, name: string): string | undefined {
  const amounts = isObject(resources) ? resources[bound] : undefined;
  const amount = isObject(amounts) && Object.hasOwn(amounts, name) ? amounts[name] : undefined;
  return amount === undefined || amount === null ? undefined : asText(amount);
}

/** What a container sets beside amounts, by setting. Of variables not even the names are told: whoever confuses the two writes a secret there. */
const namedParts = (container: Container & { readonly env?: unknown; readonly lifecycle?: unknown }) => ({
  [MOUNTS_SETTING]: mountPathsOf(container),
  [ENVIRONMENT_SETTING]: countedVariables(Array.isArray(container.env) ? container.env.length : 0),
  [LIFECYCLE_SETTING]: Object.entries(fieldsOf(container.lifecycle)).flatMap(([event, handler]) =>
    handler === null ? [] : [event],
  ),
});

const countedVariables = (count: number): readonly string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? 'variable' : 'variables'}`];

// as of annotations
const MOST_RECORDED = 256;

/** What the author asks for by a container of his own and a policy can bound, and amounts that are none. */
export function overrideOrigins(overrides: readonly Namesake[]): {
  readonly origins: readonly SettingOrigin[];
  readonly problems: readonly Problem[];
} {
  const origins: SettingOrigin[] = [];
  const problems: Problem[] = [];
  for (const { container, path } of overrides.filter((override) => override.container.name === SIDECAR))
    for (const [bound, name, setting] of PLACES) {
      const value = amountIn(container.resources, bound, name);
      if (value === undefined) continue;
      if (quantityValue(value) === undefined)
        problems.push({
          path: `${path}/resources/${bound}/${name}`,
          message: `${bound}/${name} is ${quoted(value)}, which is not a quantity`,
        });
      else origins.push({ setting, origin: `container ${container.name}`, value });
    }
  for (const { container } of overrides.filter((override) => override.container.name === SIDECAR))
    for (const [setting, parts] of Object.entries(namedParts(container))) {
      const value = parts.join(', ').slice(0, MOST_RECORDED);
      if (value !== '') origins.push({ setting, origin: `container ${container.name}`, value });
    }
  return { origins, problems };
}
