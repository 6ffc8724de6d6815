import { FAULTS, type Fault } from '../../core/problem/faults.ts';
import { problemLine } from '../../core/problem/problem.ts';

/** A fault for people: what happened, each place, and what to do next. */
export function faultText({ message, code, problems }: Fault): string {
  const lines = [message, ...problems.map((problem) => `  ${problemLine(problem)}`)];
  return `${[...lines, `  ${FAULTS[code].hint}`].join('\n')}\n`;
}
