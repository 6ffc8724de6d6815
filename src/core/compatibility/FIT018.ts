import { overrideForbidden } from '../decision/checks/override-forbidden.ts';
import { overrideOutOfBounds } from '../decision/checks/override-out-of-bounds.ts';
import { renderedConfigTooLarge } from '../decision/checks/rendered-config-too-large.ts';
import { renderedPodInvalid } from '../decision/checks/rendered-pod-invalid.ts';
import { settingsUnreadable } from '../decision/checks/settings-unreadable.ts';
import { sidecarImpersonation } from '../decision/checks/sidecar-impersonation.ts';
import { explanationOf } from '../decision/reasons.ts';
import type { FitCheck } from './fit-check.ts';
import { foundBy } from './refusal.ts';

const OTHER_REFUSALS = [
  settingsUnreadable,
  overrideForbidden,
  overrideOutOfBounds,
  sidecarImpersonation,
  renderedPodInvalid,
  renderedConfigTooLarge,
];

export const FIT018: FitCheck = {
  code: 'FIT018',
  severity: 'incompatible',
  title: 'Nothing else makes Pillion refuse the pod.',
  remedy: 'docs/reasons.md says of each reason what to do.',
  why: 'What the pod says of its sidecar cannot be read, is not allowed by the policy, or would make it invalid.',
  holds: 'every profile',
  shownBy: [['test/cluster/compatibility.test.ts', 'refused, and admitted when it is mended']],
  suppressible: false,
  sightings: ({ subject }) => {
    for (const check of OTHER_REFUSALS) {
      const reason = check(subject)?.reason;
      if (reason !== undefined)
        return foundBy(check, subject, { path: '', message: 'it would be refused' }).map((sighting) => ({
          ...sighting,
          message: `${reason}: ${sighting.message}`,
          remedy: explanationOf(reason).hint,
        }));
    }
    return [];
  },
};
