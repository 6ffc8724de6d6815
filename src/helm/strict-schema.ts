import { join } from 'node:path';
import { pointer } from '../core/json/pointer.ts';
import { Fault } from '../core/problem/faults.ts';
import type { WantedMetadata } from '../core/project-chart/pod-proof.ts';
import { TRAFFIC_KEY } from '../core/traffic/traffic-source.ts';
import { CENTRAL } from './central-templates.ts';

// as Helm 3 and 4 print it: - at '/app': additional properties 'pod', 'mesh-standard' not allowed
const NOT_ALLOWED = /at '([^']*)': additional propert(?:y|ies) (.+) not allowed/;

/**
 * Adds the way out to what Helm says where the values.schema.json of a project’s chart does not allow what we write into its values.
 * @param error what Helm said
 * @param chart the folder of the project’s chart
 * @returns the same where it is about something else
 */
export function withSchemaHint(error: unknown, chart: string | undefined, pods: WantedMetadata | undefined): unknown {
  if (!(error instanceof Fault) || chart === undefined || pods === undefined) return error;
  const ours = writtenPlaces(pods);
  const refused = error.problems.flatMap(({ message }) => placesIn(message)).filter((place) => ours.has(place));
  if (refused.length === 0) return error;
  const allowed = [...new Set([...refused, pointer(CENTRAL), '/global'])];
  const message = `does not allow ${refused.join(', ')}, which helm pillion or its templates need among the values; allow there, each with an empty schema such as "${CENTRAL}": {}: ${allowed.join(', ')}`;
  const hint = { file: join(chart, 'values.schema.json'), path: '', message };
  return new Fault(error.code, [...error.problems, hint], error);
}

/** Every place that is written, and those above it: a schema may already refuse one of these. */
function writtenPlaces({ annotationsAt, labelsAt, service }: WantedMetadata): ReadonlySet<string> {
  const written = [annotationsAt, labelsAt, ...(service === undefined ? [] : [service.annotationsAt])];
  const above = written
    .map((place) => place.split('.'))
    .flatMap((keys) => keys.map((_, at) => pointer(...keys.slice(0, at + 1))));
  return new Set([pointer(CENTRAL), pointer(TRAFFIC_KEY), '/global', ...above]);
}

function placesIn(line: string): readonly string[] {
  const [, at = '', keys = ''] = NOT_ALLOWED.exec(line) ?? [];
  return [...keys.matchAll(/'([^']+)'/g)].map(([, key = '']) => at + pointer(key));
}
