import { trafficFindingsText } from '../cli/output/traffic-findings.ts';
import type { PluginEnvironment } from './environment.ts';
import type { ProjectValues } from './project-values.ts';

/** Tells on stderr where traffic values break a rule. @returns whether nothing may be made of them */
export function tellsErrors({ findings }: ProjectValues, { stderr, colour }: PluginEnvironment): boolean {
  stderr(trafficFindingsText(findings, colour));
  return findings.some(({ level }) => level === 'error');
}
