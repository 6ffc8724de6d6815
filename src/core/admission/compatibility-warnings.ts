import { compatibilityOf, type FitFinding } from '../compatibility/compatibility.ts';
import { examinedOf } from '../compatibility/examined.ts';
import { SEVERITIES } from '../compatibility/fit-check.ts';
import { fitObjectOf } from '../compatibility/fit-object.ts';
import { suppressionsOf } from '../compatibility/suppressions.ts';
import { NOTHING_AROUND } from '../compatibility/surroundings.ts';
import type { Subject } from '../decision/subject.ts';
import { podOfWorkload, type WorkloadPod } from '../kubernetes/workload.ts';
import { warningFrom } from './respond.ts';
import type { AdmissionRequest } from './review.ts';
import { workloadOf } from './workload-of.ts';

const MOST_TOLD = 3;

/**
 * What a workload has to change that is about to get a sidecar, for whoever applies it: as far as its own template tells, and only when that is
 * new. Services, quotas and the like are looked at by `pillion check`.
 */
export function compatibilityWarnings(request: AdmissionRequest, made: WorkloadPod, subject: Subject): string[] {
  const workload = fitObjectOf(request.object, request.namespace);
  if (workload === undefined || !hasNewTemplate(request, made)) return [];
  const { template, templatePath } = made;
  const examined = examinedOf(subject, workload, templatePath, NOTHING_AROUND);
  const { findings } = compatibilityOf(examined, suppressionsOf(workload.value, template, templatePath));
  const counting = findings.filter(({ severity, suppressed }) => severity !== 'note' && suppressed === undefined);
  const told = worstOfEach(counting)
    .slice(0, MOST_TOLD)
    .map(({ code, message, path, remedy }) => `${code}: ${message}, at ${path}. ${remedy}`);
  const more = counting.length - told.length;
  const rest = `${more} more: pillion check ${made.kind.toLowerCase()}/${made.name} -n ${request.namespace}`;
  return [...told, ...(more > 0 ? [rest] : [])].map(warningFrom);
}

/** One finding of each check, the worst checks first. */
function worstOfEach(findings: readonly FitFinding[]): readonly FitFinding[] {
  const firsts = new Map(findings.toReversed().map((finding) => [finding.code, finding]));
  const rank = ({ severity }: FitFinding) => SEVERITIES.indexOf(severity);
  return findings.filter((finding) => firsts.get(finding.code) === finding).toSorted((a, b) => rank(a) - rank(b));
}

function hasNewTemplate({ object, oldObject, operation }: AdmissionRequest, made: WorkloadPod): boolean {
  if (operation === 'CREATE') return true;
  const before = podOfWorkload(oldObject);
  if (before === undefined) return true;
  return workloadOf(oldObject, before).workload?.template !== workloadOf(object, made).workload?.template;
}
