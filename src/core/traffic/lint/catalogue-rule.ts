import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Project } from '../catalogue/project.ts';
import type { RuleText, Violation } from './rule.ts';

/** A place in the values of another project, and what it has to do with a violation. */
export interface RelatedPlace {
  readonly project: Project;
  readonly path: string;
  readonly message: string;
}

/** One place in the values of a project where a rule is broken, with those in other projects that are a part of it. */
export interface CatalogueViolation extends Violation {
  readonly project: Project;
  readonly related: readonly RelatedPlace[];
}

/** A rule about several projects or about the objects beside their values; its examples are files of a catalogue, each one text. */
export interface CatalogueRule extends RuleText {
  readonly wrong: readonly string[];
  readonly right: readonly string[];
  violations(catalogue: Catalogue): readonly CatalogueViolation[];
}
