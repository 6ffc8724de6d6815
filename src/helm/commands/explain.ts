import { effectiveTable } from '../../cli/output/effective-table.ts';
import { type OUTPUT_FORMATS, structured } from '../../cli/output/structured.ts';
import { Fault } from '../../core/problem/faults.ts';
import { CANNOT_HAPPEN, type Impossible } from '../../core/traffic/lint/cannot-happen.ts';
import { CATALOGUE_RULES } from '../../core/traffic/lint/catalogue-rules.ts';
import { MESH090 } from '../../core/traffic/lint/MESH090.ts';
import type { RuleText } from '../../core/traffic/lint/rule.ts';
import { TRAFFIC_RULES } from '../../core/traffic/lint/rules.ts';
import type { PluginEnvironment } from '../environment.ts';
import { tellsErrors } from '../judged-project.ts';
import type { ProjectFlags } from '../plugin-flags.ts';
import { openProject } from '../project.ts';

export interface ExplainFlags extends ProjectFlags {
  readonly output: (typeof OUTPUT_FORMATS)[number];
}

/**
 * `helm pillion explain`: every value that counts for the project, and who chose it; or a rule.
 * @param code of a rule, such as MESH012
 * @throws Fault PIL003 for a rule that is not known, or for whatever of the project cannot be read
 */
export async function explain(
  code: string | undefined,
  flags: ExplainFlags,
  environment: PluginEnvironment,
): Promise<number> {
  if (code !== undefined) return explainRule(code, flags, environment);
  const judged = (await openProject(flags, environment)).values;
  if (flags.output === 'human') {
    environment.stdout(effectiveTable(judged, environment));
    tellsErrors(judged, environment);
    return 0;
  }
  const { values, origins, findings } = judged;
  environment.stdout(structured({ values, origins: Object.fromEntries(origins), findings }, flags.output));
  return 0;
}

const RULES: ReadonlyMap<string, RuleText | Impossible> = new Map(
  [...TRAFFIC_RULES, ...CATALOGUE_RULES, ...CANNOT_HAPPEN, MESH090]
    .toSorted((one, other) => (one.code < other.code ? -1 : 1))
    .map((rule) => [rule.code, rule]),
);

function explainRule(code: string, { output }: ExplainFlags, environment: PluginEnvironment): number {
  const rule = RULES.get(code.toUpperCase());
  if (rule === undefined)
    throw new Fault('PIL003', [{ path: '', message: `${code} is no rule; accepted: ${[...RULES.keys()].join(', ')}` }]);
  if (output !== 'human') environment.stdout(structured(toldOf(rule), output));
  else environment.stdout(textOf(rule));
  return 0;
}

function toldOf(rule: RuleText | Impossible): object {
  const { code, sentence, evidence } = rule;
  if ('because' in rule) return { code, sentence, because: rule.because, evidence };
  return { code, level: rule.level, sentence, hint: rule.hint, evidence };
}

function textOf(rule: RuleText | Impossible): string {
  const { code, sentence, evidence } = rule;
  const [heading, text] =
    'because' in rule ? [code, `This cannot happen: ${rule.because}`] : [`${code}, ${rule.level}`, rule.hint];
  return `${heading}: ${sentence}\n\n${text}\n\nWhy: ${evidence}\n`;
}
