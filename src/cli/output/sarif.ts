import type { Problem } from '../../core/problem/problem.ts';
import { CATALOGUE_RULES } from '../../core/traffic/lint/catalogue-rules.ts';
import type { TrafficFinding } from '../../core/traffic/lint/lint-traffic.ts';
import { MESH090 } from '../../core/traffic/lint/MESH090.ts';
import type { RuleText } from '../../core/traffic/lint/rule.ts';
import { TRAFFIC_RULES } from '../../core/traffic/lint/rules.ts';
import { VERSION } from '../../core/version.ts';
import { structured } from './structured.ts';

const RULES: readonly RuleText[] = [...TRAFFIC_RULES, ...CATALOGUE_RULES, MESH090].toSorted((one, other) =>
  one.code < other.code ? -1 : 1,
);
const INDEX = new Map(RULES.map(({ code }, index) => [code, index]));

/** Findings as a SARIF 2.1.0 log, which code hosts show beside the lines; what cannot be read is told as a fault of the run. */
export const sarif = (findings: readonly TrafficFinding[], problems: readonly Problem[]): string =>
  structured(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'pillion', version: VERSION, rules: RULES.map(ruleOf) } },
          // columns are counted as JavaScript counts characters
          columnKind: 'utf16CodeUnits',
          invocations: [
            {
              executionSuccessful: problems.length === 0,
              toolExecutionNotifications: problems.map((problem) => ({
                level: 'error',
                message: { text: textOf(problem) },
                locations: [locationOf(problem)],
              })),
            },
          ],
          results: findings.map(resultOf),
        },
      ],
    },
    'json',
  );

function ruleOf({ code, sentence, hint, evidence, level }: RuleText) {
  const page = `docs/traffic-rules.md#${code.toLowerCase()}`;
  return {
    id: code,
    shortDescription: { text: sentence },
    fullDescription: { text: evidence },
    help: { text: `${hint} See ${page}.`, markdown: `${hint} See [${code}](${page}).` },
    defaultConfiguration: { level },
  };
}

function resultOf(finding: TrafficFinding) {
  const { rule, hint, waiver, related = [] } = finding;
  const ruleIndex = INDEX.get(rule) ?? -1;
  return {
    ruleId: rule,
    ruleIndex,
    level: finding.level === 'waived' ? RULES[ruleIndex]?.level : finding.level,
    message: { text: `${textOf(finding)}. ${hint}` },
    locations: [locationOf(finding)],
    ...(related.length === 0
      ? {}
      : { relatedLocations: related.map((place) => ({ ...locationOf(place), message: { text: textOf(place) } })) }),
    ...(waiver === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: 'inSource',
              status: 'accepted',
              justification: `${waiver.reason} (until ${waiver.expires})`,
            },
          ],
        }),
  };
}

const textOf = ({ path, message }: Problem): string => (path === '' ? message : `${path}: ${message}`);

const locationOf = ({ file = '', line = 1, column = 1 }: Problem) => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(file) },
    region: { startLine: line, startColumn: column },
  },
});

/** A path as a reference, in which signs such as blanks and # stand escaped. */
function uriOf(path: string): string {
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${escaped}` : escaped;
}
