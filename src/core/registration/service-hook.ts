import { SERVICE_SPEC_FIELDS } from '../kubernetes/service.ts';
import { TRAFFIC_ANNOTATION } from '../traffic/traffic-service.ts';
import { all, any, hasKey, not, sameField, sameUnderKey } from './cel.ts';
import type { MatchCondition } from './match-condition.ts';
import { namespaced, type WebhookConfiguration } from './objects.ts';
import { validating, webhook } from './webhook.ts';

const [NOW, BEFORE] = ['object.metadata.annotations', 'oldObject.metadata.annotations'] as const;

/** What it says changes, or a field by which that is judged. Controllers write to Services as well, and most Services say nothing: neither is sent. */
const VALUES_CHANGE: MatchCondition = {
  name: 'traffic-values-or-what-they-are-judged-by-change',
  expression: any(
    not(sameUnderKey(NOW, BEFORE, TRAFFIC_ANNOTATION)),
    all(hasKey(NOW, TRAFFIC_ANNOTATION), any(...SERVICE_SPEC_FIELDS.map((field) => not(sameField(`spec.${field}`))))),
  ),
};

/**
 * The hook that judges what a Service says about its traffic, for whoever applies it. It may be skipped: the watch judges the same and
 * keeps what was accepted last.
 */
export function servicesConfiguration(clientConfig: object): WebhookConfiguration {
  const hook = webhook(
    'services.pillion.io',
    [namespaced(['CREATE', 'UPDATE'], '', ['services'])],
    // also in protected namespaces: who calls a Service of theirs may be a pod of any other
    { namespaces: [], conditions: [VALUES_CHANGE] },
    { clientConfig, failurePolicy: 'Ignore', timeoutSeconds: 1 },
  );
  return validating('pillion-services', [hook]);
}
