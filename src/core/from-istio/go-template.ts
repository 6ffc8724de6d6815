/** A Go template without its actions. */
export interface StaticRest {
  /** The lines, from 1, that have actions. */
  readonly lines: readonly number[];
  /** The text, line by line: a line of actions alone is empty, and each other action is a word in its place. */
  readonly text: string;
  /** The actions that words stand for. */
  readonly actions: ReadonlyMap<string, string>;
  /** Whether something is repeated for each container of the pod. */
  readonly eachContainer: boolean;
}

// an action may hold texts, in which braces mean nothing
const ACTION = /\{\{(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|[^"`}]|\}(?!\}))*\}\}/g;
const COMMENT = /^\{\{-?\s*\/\*/;
const EACH_CONTAINER = /^\{\{-?\s*range\b.*\.Spec\.Containers\s*-?\}\}$/;

/** Takes the actions out of a Go template. A comment is none. */
export function staticRest(template: string): StaticRest {
  const word = freeWord(template);
  const lines = new Set<number>();
  const actions = new Map<string, string>();
  let eachContainer = false;
  const text = template.replaceAll(ACTION, (action, offset: number) => {
    const first = template.slice(0, offset).split('\n').length;
    const breaks = '\n'.repeat(action.split('\n').length - 1);
    if (COMMENT.test(action)) return breaks;
    for (let line = first; line <= first + breaks.length; line++) lines.add(line);
    if (EACH_CONTAINER.test(action)) eachContainer = true;
    if (standsAlone(template, offset, action.length)) return breaks;
    const name = `${word}${actions.size}x`;
    actions.set(name, action);
    return name + breaks;
  });
  return { lines: [...lines], text, actions, eachContainer };
}

/** Whether the lines of an action hold nothing but actions. */
function standsAlone(template: string, offset: number, length: number): boolean {
  const from = template.lastIndexOf('\n', offset) + 1;
  const to = template.indexOf('\n', offset + length);
  const line = template.slice(from, to === -1 ? undefined : to);
  return line.replaceAll(ACTION, '').trim() === '';
}

/** A word that the text does not have. */
function freeWord(text: string): string {
  let word = 'goAction';
  while (text.includes(word)) word += 'X';
  return word;
}

/** Whether an action gives the name of a container, as `{{ .Name }}` does where the containers are gone through. */
export const isContainerName = (action: string): boolean => /^\{\{-?\s*(?:\$\w+)?\.Name\s*-?\}\}$/.test(action);
