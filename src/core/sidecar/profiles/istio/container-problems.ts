import { asText } from '../../../json/as-text.ts';
import { fieldsOf } from '../../../json/fields-of.ts';
import { isObject } from '../../../json/is-object.ts';
import { quantityValue } from '../../../kubernetes/quantity.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import type { Rendered } from '../../rendering.ts';

type Json = Readonly<Record<string, unknown>>;

// as every supported version of Kubernetes takes it
const VARIABLE = /^(?!\.{1,2}$)[-._A-Za-z][-._A-Za-z0-9]*$/;
const INIT_ONLY = ['readinessProbe', 'livenessProbe', 'startupProbe', 'lifecycle'];
// they have a reason of their own
const JUDGED_ELSEWHERE: ReadonlySet<string> = new Set(['cpu', 'memory']);

/**
 * What the API server would refuse about a container of ours, after the author and the templates had their word.
 * @param endsFirst whether it is an init container that ends before the application starts
 */
export function containerProblems(container: Rendered, list: string, endsFirst: boolean): readonly Problem[] {
  const path = `/spec/${list}`;
  const { name } = container;
  const problem = (message: string): Problem => ({ path, message: `the container ${name} would have ${message}` });
  return [
    ...(asText(container.image).trim() === container.image
      ? []
      : [problem(`the image ${quoted(asText(container.image))}, with space around it`)]),
    ...elementsOf(container.env)
      .filter((variable) => !VARIABLE.test(asText(variable.name)))
      .map((variable) => problem(`a variable ${quoted(asText(variable.name))}, which no variable can be named`)),
    ...(endsFirst ? INIT_ONLY.filter((field) => container[field] != null) : []).map((field) =>
      problem(`a ${field}, which no container that ends can have; remove it`),
    ),
    ...(contradicts(fieldsOf(container.securityContext))
      ? [problem('the rights of a privileged container and allowPrivilegeEscalation false; set both alike')]
      : []),
    ...amountProblems(fieldsOf(container.resources), container.restartPolicy === undefined && endsFirst).map(problem),
  ];
}

function contradicts({ privileged, allowPrivilegeEscalation, capabilities }: Json): boolean {
  const { add } = fieldsOf(capabilities);
  const isAdmin = Array.isArray(add) && add.some((name) => name === 'SYS_ADMIN' || name === 'CAP_SYS_ADMIN');
  return allowPrivilegeEscalation === false && (privileged === true || isAdmin);
}

/**
 * Requests above their limits, and devices that are not asked for as many as there may be.
 * @param all whether CPU and memory count as well
 */
export function amountProblems({ requests, limits }: Json, all: boolean): string[] {
  const most = fieldsOf(limits);
  const asked = fieldsOf(requests);
  return Object.keys(asked)
    .filter((name) => all || !JUDGED_ELSEWHERE.has(name))
    .flatMap((name) => {
      const limit = Object.hasOwn(most, name) ? asText(most[name]) : undefined;
      const request = asText(asked[name]);
      const difference = (quantityValue(request) ?? 0) - (quantityValue(limit ?? '') ?? Number.POSITIVE_INFINITY);
      if (difference > 0) return [`the request ${request} of ${name}, above the limit ${limit}`];
      return name.includes('/') && difference < 0
        ? [`the request ${request} of ${name} and the limit ${limit ?? 'none'}; Kubernetes takes equal ones only`]
        : [];
    });
}

const elementsOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
