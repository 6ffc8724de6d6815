import { fieldsOf } from '../core/json/fields-of.ts';
import type { WantedMetadata } from '../core/project-chart/pod-proof.ts';
import { CENTRAL } from './central-templates.ts';
import type { Project } from './project.ts';
import { viewOf } from './view-chart.ts';

const included = (name: string): string =>
  `include "${CENTRAL}.${name}" (index .Subcharts "${CENTRAL}") | fromYaml | toJson`;

/**
 * What the pods of the service need, and the Service itself, as the central templates say it, and where the values of the project’s chart have it.
 * @throws Fault PIL009 where the templates refuse the values
 */
export async function podMetadata({ helm, templates, values }: Project): Promise<WantedMetadata> {
  const view = await viewOf(helm, {
    templates: {
      annotations: included('podAnnotations'),
      labels: included('podLabels'),
      service: included('serviceAnnotations'),
    },
    values: { [CENTRAL]: values.project },
    charts: new Map([[CENTRAL, templates.tree]]),
  });
  const { podAnnotationsAt, podLabelsAt, serviceAnnotationsAt } = values.values.sidecar;
  return {
    annotations: fieldsOf(view.get('annotations')) as Record<string, string>,
    labels: fieldsOf(view.get('labels')) as Record<string, string>,
    annotationsAt: podAnnotationsAt,
    labelsAt: podLabelsAt,
    ...(serviceAnnotationsAt === undefined
      ? {}
      : {
          service: {
            annotations: fieldsOf(view.get('service')) as Record<string, string>,
            annotationsAt: serviceAnnotationsAt,
          },
        }),
  };
}
