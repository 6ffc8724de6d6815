const LEFT_OUT = 'its words are left out, since they may quote what it was about';

/**
 * A fault of the program as it may be logged and recorded: its kind and where it came up. What it says may quote the object that it was about,
 * such as a variable with a password.
 */
export function withoutWords(fault: unknown): Error {
  const told = new Error(LEFT_OUT);
  told.name = fault instanceof Error ? fault.name : typeof fault;
  told.stack = [`${told.name}: ${LEFT_OUT}`, ...framesOf(fault)].join('\n');
  return told;
}

/** The kind of a fault and where it came up, in one line: `TypeError at decide (decide.ts:12:3)`. */
export function faultPlace(fault: unknown): string {
  const { name } = withoutWords(fault);
  const [frame] = framesOf(fault);
  return frame === undefined ? name : `${name} ${frame.trim()}`;
}

function framesOf(fault: unknown): string[] {
  if (!(fault instanceof Error) || typeof fault.stack !== 'string') return [];
  // the words stand in front, and may look like a frame
  const at = fault.stack.indexOf(fault.message);
  const behind = at < 0 ? '' : fault.stack.slice(at + fault.message.length);
  return behind.split('\n').filter((line) => line.startsWith('    at '));
}
