import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import { shown } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import type { Finding } from './finding.ts';
import type { IstioText } from './istio-text.ts';

export interface DefaultTemplates {
  readonly names: readonly string[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

const PRESET = ['sidecar'];

/**
 * The templates of a pod that names none. An alias stands for its list; a profile has no aliases.
 * @param known the templates that the profile has besides `sidecar`
 */
export function readDefaultTemplates(config: IstioText, known: readonly string[]): DefaultTemplates {
  const { aliases = {}, defaultTemplates = [] } = config.value;
  const problem = (path: string, value: unknown, accepted: string): DefaultTemplates => ({
    names: PRESET,
    findings: [],
    problems: [config.problemAt(path, `is ${shown(value)}; accepted: ${accepted}`)],
  });
  if (!isTexts(defaultTemplates ?? [])) return problem('/defaultTemplates', defaultTemplates, 'a list of names');
  if (!isObject(aliases ?? {})) return problem('/aliases', aliases, 'a map from names to lists of names');
  const meanings = new Map(Object.entries((aliases ?? {}) as Record<string, unknown>));
  const wrong = [...meanings].find(([, names]) => !isTexts(names));
  if (wrong !== undefined) return problem(pointer('aliases', wrong[0]), wrong[1], 'a list of names');
  const given = (defaultTemplates ?? []) as string[];
  const meant = given.flatMap((name, index) =>
    ((meanings.get(name) ?? [name]) as string[]).map((template) => ({ template, index })),
  );
  const has = (name: string) => name === 'sidecar' || known.includes(name);
  const names = [...new Set(meant.map(({ template }) => template))].filter(has);
  return {
    names: names.length === 0 ? PRESET : names,
    findings: [
      ...[...meanings.keys()].map((name) =>
        config.problemAt(
          pointer('aliases', name),
          'is another name for templates, and a profile has none such; name the templates themselves in inject.istio.io/templates',
        ),
      ),
      ...meant
        .filter(({ template }) => !has(template))
        .map(({ template, index }) =>
          config.problemAt(
            pointer('defaultTemplates', index),
            `stands for the template ${quoted(template)}, which the profile does not have; see what is told about it, and put it under defaultTemplates of the profile afterwards`,
          ),
        ),
    ],
    problems: [],
  };
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
