import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Answer, ask } from '../needs/executable.ts';
import { objectsIn, rendered } from './helm-runs.ts';

export type Labels = Readonly<Record<string, string>>;
/** By the names of the series, a minute apart and in the notation of promtool: `0+60x9` begins with 0 and adds 60 nine times. */
export type Series = Readonly<Record<string, string | undefined>>;

export interface Alert {
  readonly alert: string;
  readonly for?: string;
  readonly labels: Labels;
  readonly annotations: { readonly summary: string };
}

/** The rules of one PrometheusRule of the chart, in front of promtool. */
export interface TestedRules {
  readonly alerts: readonly Alert[];
  /** What promtool says to the rules themselves. */
  checked(): Promise<Answer>;
  /** What it says to the claim that after an hour and three quarters of these series these alerts fire. */
  judged(name: string, series: Series, fires: (alert: Alert) => readonly object[]): Promise<Answer>;
  /** What it says to the claim that after as long these expressions have these samples. */
  evaluated(name: string, series: Series, samples: Readonly<Record<string, readonly object[]>>): Promise<Answer>;
  remove(): Promise<void>;
}

/** @param variant the values file of the chart by which they are rendered */
export async function testedRules(name: string, variant = 'ci/everything-values.yaml'): Promise<TestedRules> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-rules-'));
  const object = objectsIn(await rendered(4, variant)).find(
    ({ kind, metadata }) => kind === 'PrometheusRule' && metadata.name === name,
  );
  const groups = object?.spec.groups as readonly { readonly rules: readonly Partial<Alert>[] }[];
  const alerts = groups.flatMap(({ rules }) => rules).filter((rule): rule is Alert => rule.alert !== undefined);
  await writeFile(join(folder, 'rules.yaml'), stringify({ groups }));

  async function run(file: string, series: Series, more: object): Promise<Answer> {
    const input = Object.entries(series).filter(([, values]) => values !== undefined);
    const input_series = input.map(([each, values]) => ({ series: each, values }));
    const tests = [{ interval: '1m', input_series, ...more }];
    const path = join(folder, `${file}.yaml`);
    await writeFile(path, stringify({ rule_files: ['rules.yaml'], tests }));
    return ask('promtool', ['test', 'rules', path]);
  }

  return {
    alerts,
    checked: () => ask('promtool', ['check', 'rules', join(folder, 'rules.yaml')]),
    judged: (file, series, fires) =>
      run(file, series, {
        alert_rule_test: alerts.map((alert) => ({
          eval_time: '105m',
          alertname: alert.alert,
          exp_alerts: fires(alert),
        })),
      }),
    evaluated: (file, series, samples) =>
      run(file, series, {
        promql_expr_test: Object.entries(samples).map(([expr, exp_samples]) => ({
          expr,
          eval_time: '105m',
          exp_samples,
        })),
      }),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** The alert as it fires: its words with the labels in their places. */
export const firing = ({ labels, annotations }: Alert, its: Labels) => ({
  exp_labels: { ...labels, ...its },
  exp_annotations: Object.fromEntries(
    Object.entries(annotations).map(([key, words]) => [
      key,
      words.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => its[label] ?? `no label ${label}`),
    ]),
  ),
});
