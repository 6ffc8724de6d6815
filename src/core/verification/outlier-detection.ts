import { acts, doesNotAct, type Evidence, type Finding, notExercised, off } from './judgement.ts';

/** A pod that fails several times in a row is left out for a while. */
export function judgeOutlierDetection({ destination: { values, headless }, counted }: Evidence): Finding {
  const { outlierDetection } = values;
  if (outlierDetection === 'none') return off;
  if (!headless) return { verdict: 'left-out', seen: 'the Service has one address for all its pods' };
  const { outlier_detection_ejections_enforced_total: left = 0, outlier_detection_ejections_overflow: over = 0 } =
    counted;
  if (left > 0) return acts(`${left} time${left === 1 ? '' : 's'} a pod was left out`);
  if (over > 0)
    return doesNotAct(
      `${over} time${over === 1 ? '' : 's'} a pod failed often enough, and maxEjectionPercent ${outlierDetection.maxEjectionPercent} of the number of pods is none`,
    );
  return notExercised(
    'no pod failed often enough in a row',
    `give by --path one that fails, and more --requests than consecutive5xx (${outlierDetection.consecutive5xx}) for each pod`,
  );
}
