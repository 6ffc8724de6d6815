import type { Examined } from './examined.ts';
import type { CheckText, Severity, Sighting } from './fit-check.ts';
import { FIT_CHECKS } from './fit-checks.ts';
import { objectName } from './fit-object.ts';
import { FIT090, notNeeded, type Suppressions } from './suppressions.ts';

export const FIT_VERDICTS = ['compatible', 'needs-changes', 'incompatible'] as const;
export type FitVerdict = (typeof FIT_VERDICTS)[number];

/** What a check found about a workload, as it is told. */
export interface FitFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
  readonly remedy: string;
  /** The object that the evidence stands in, and the way to it. */
  readonly object: string;
  readonly path: string;
  readonly file?: string;
  readonly line?: number;
  /** Why it counts as nothing. */
  readonly suppressed?: string;
}

export interface Compatibility {
  readonly verdict: FitVerdict;
  readonly findings: readonly FitFinding[];
}

/** Whether a check is asked. */
export type Asked = (code: string) => boolean;

/** Asks every check about a workload, and weighs what they find. */
export function compatibilityOf(
  examined: Examined,
  { counting, sightings }: Suppressions,
  isAsked: Asked = () => true,
): Compatibility {
  const excused = new Set<string>();
  const found = FIT_CHECKS.filter(({ code }) => isAsked(code)).flatMap((check) => {
    const reason = counting.find(({ code }) => code === check.code)?.reason;
    const seen = check.sightings(examined);
    if (reason !== undefined && seen.length > 0) excused.add(check.code);
    return seen.map((sighting) => findingOf(check, sighting, examined, reason));
  });
  const unneeded = counting.filter(({ code }) => isAsked(code) && !excused.has(code)).map(notNeeded);
  const ofSuppressions = isAsked(FIT090.code)
    ? [...sightings, ...unneeded].map((sighting) =>
        findingOf(FIT090, { ...sighting, object: examined.workload }, examined, undefined),
      )
    : [];
  const findings = [...found, ...ofSuppressions];
  return { verdict: verdictOf(findings), findings };
}

/** What a workload is called whose findings are these. */
export function verdictOf(findings: readonly Pick<FitFinding, 'severity' | 'suppressed'>[]): FitVerdict {
  const counting = findings.filter(({ suppressed }) => suppressed === undefined);
  if (counting.some(({ severity }) => severity === 'incompatible')) return 'incompatible';
  return counting.some(({ severity }) => severity === 'needs-change') ? 'needs-changes' : 'compatible';
}

function findingOf(
  check: CheckText,
  { path, message, object, severity = check.severity, remedy = check.remedy }: Sighting,
  { workload, templatePath }: Examined,
  suppressed: string | undefined,
): FitFinding {
  const where = object ?? workload;
  const whole = object === undefined ? templatePath + path : path;
  return {
    code: check.code,
    severity,
    title: check.title,
    message,
    remedy,
    object: objectName(where),
    path: whole,
    ...where.place?.(whole),
    ...(suppressed !== undefined && { suppressed }),
  };
}
