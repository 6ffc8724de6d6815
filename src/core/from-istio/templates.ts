import { IstioProfile, type Template } from '../api/istio-profile.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import { readValue, shown } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import type { Finding } from './finding.ts';
import { staticRest } from './go-template.ts';
import { type IstioText, readIstioText } from './istio-text.ts';
import { SIDECAR, sidecarFindings } from './sidecar-template.ts';
import { staticValues } from './static-values.ts';
import { linesText } from './template-lines.ts';
import { templatePatch } from './template-patch.ts';

/** Istio’s other templates: those for proxyless gRPC and gateways, and those of the controller of gateways. */
const isIstiosTemplate = (name: string): boolean =>
  [SIDECAR, 'gateway', 'grpc-simple', 'grpc-agent', 'waypoint', 'kube-gateway'].includes(name) ||
  name.startsWith('agentgateway');

/** The templates that somebody has added to Istio’s own, as structure. */
export function readTemplates(config: IstioText): {
  readonly templates: readonly Template[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
} {
  const { templates: given = {} } = config.value;
  if (!isObject(given))
    return {
      templates: [],
      findings: [],
      problems: [config.problemAt('/templates', `is ${shown(given)}; accepted: a map`)],
    };
  const read = Object.entries(given)
    .filter(([name]) => !isIstiosTemplate(name))
    .map(([name, text]) => readTemplate(config, name, text));
  return {
    templates: read.flatMap(({ template }) => template ?? []),
    findings: [
      ...(Object.hasOwn(given, SIDECAR) ? sidecarFindings(config, given[SIDECAR]) : []),
      ...read.flatMap(({ findings }) => findings),
    ],
    problems: [],
  };
}

interface ReadTemplate {
  readonly template?: Template;
  readonly findings: readonly Finding[];
}

function readTemplate(config: IstioText, name: string, text: unknown): ReadTemplate {
  const path = pointer('templates', name);
  const told = (message: string): ReadTemplate => ({ findings: [config.problemAt(path, message)] });
  if (typeof text !== 'string') return told(`is ${shown(text)}; accepted: the text of a template`);
  const rest = staticRest(text);
  const place = config.within(path, text);
  const standing = readIstioText({ ...place, text: rest.text });
  const dynamic = rest.lines.length > 0;
  const withActions = `has Go actions in ${linesText(rest.lines, place)}, which no profile can run`;
  if ('problems' in standing) {
    if (dynamic)
      return told(
        `${withActions}, and is no YAML without them; write under templates of the profile what it is to change`,
      );
    return {
      findings: standing.problems.map((problem) => ({ ...problem, message: `is no YAML: ${problem.message}` })),
    };
  }
  const pod = staticValues(standing.read.value, rest);
  const { template, left } = templatePatch(name, fieldsOf(pod));
  const findings = left.map(({ path: part, message }) => standing.read.problemAt(part, message));
  const refused = problemsOf(template);
  if (refused !== undefined) return { findings: [...findings, config.problemAt(path, refused)] };
  if (!dynamic) return { template, findings };
  const message = `${withActions}; what it says without them, and without its conditions, would be this: write it under templates of the profile, and mend it`;
  return {
    findings: [{ ...config.problemAt(path, message), proposal: { templates: [written(template)] } }, ...findings],
  };
}

/** Why no profile can have a template; undefined when one can. */
function problemsOf(template: Template): string | undefined {
  const read = readValue(IstioProfile.properties.spec, { kind: 'Istio', templates: [template] });
  if ('value' in read) return undefined;
  return read.problems
    .map(({ path, message }) => `${path.replace('/templates/0', `templates/${quoted(template.name)}`)} ${message}`)
    .join('; ');
}

/** A template without its empty parts. */
export const written = (template: Template): Partial<Template> =>
  Object.fromEntries(Object.entries(template).filter(([, part]) => Object.keys(part).length > 0)) as Partial<Template>;
