import type { Waiver } from '../../api/traffic/waivers.ts';
import { type Catalogue, type CatalogueContent, catalogueOf } from '../catalogue/catalogue.ts';
import type { Project } from '../catalogue/project.ts';
import type { CatalogueViolation } from './catalogue-rule.ts';
import { CATALOGUE_RULES } from './catalogue-rules.ts';
import { findingOf, isOfCatalogue, NOT_NEEDED, type TrafficFinding, whyVoid } from './lint-traffic.ts';
import { MESH090, wasted } from './MESH090.ts';
import type { RuleText } from './rule.ts';

/**
 * Judges what many services say together, by the rules that one service alone cannot break. A waiver counts where the finding is told.
 * @param today the day by which waivers end, as 2026-11-03
 */
export function lintCatalogue(content: CatalogueContent, today: string): readonly TrafficFinding[] {
  const catalogue = catalogueOf(content);
  const used = new Map<Project, Set<Waiver>>();
  const findings = CATALOGUE_RULES.flatMap((rule) =>
    rule.violations(catalogue).map((violation) => {
      const { project } = violation;
      const waiver = waiversOf(project, today).find((one) => one.rule === rule.code);
      if (waiver !== undefined) used.set(project, (used.get(project) ?? new Set()).add(waiver));
      return placed(rule, violation, waiver);
    }),
  );
  return [...findings, ...unusedWaivers(catalogue, used, today)];
}

/** Those that count and excuse from a rule of a catalogue; of the others the judgement of the service alone tells. */
const waiversOf = ({ project: { waivers = [] } }: Project, today: string): readonly Waiver[] =>
  waivers.filter((waiver) => isOfCatalogue(waiver) && whyVoid(waiver, today) === undefined);

const unusedWaivers = (
  { projects }: Catalogue,
  used: ReadonlyMap<Project, ReadonlySet<Waiver>>,
  today: string,
): readonly TrafficFinding[] =>
  projects.flatMap((project) =>
    waiversOf(project, today)
      .filter((waiver) => !used.get(project)?.has(waiver))
      .map((waiver) => {
        const index = (project.project.waivers ?? []).indexOf(waiver);
        return placed(MESH090, { ...wasted(index, NOT_NEEDED), project, related: [] });
      }),
  );

function placed(rule: RuleText, violation: CatalogueViolation, waiver?: Waiver): TrafficFinding {
  const { project, related } = violation;
  const placeOf = ({ document }: Project, path: string) => ({ file: document.file, ...document.place(path) });
  const others = related.map(({ project: other, path, message }) => ({ ...placeOf(other, path), path, message }));
  return {
    ...findingOf(rule, violation, waiver),
    ...placeOf(project, violation.path),
    ...(others.length === 0 ? {} : { related: others }),
  };
}
