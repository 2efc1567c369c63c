import type { FindingText } from '../finding';
import type { Block } from '../read/pipeline';

/** Blocks that are named; the rest is counted. */
const NAMED = 8;

/** @param lost blocks for which the shipped pipeline has none of its own */
export function pipelineIsLost(lost: Block[], ports: number[]): FindingText {
  return {
    message: `what Alloy does here ends when the hosts stop, its image has a pipeline of its own: ${list(lost, ports)}`,
    fix:
      'move it to an Alloy of its own first, or --accept alloy/configuration and put these blocks into images/alloy, ' +
      'which is written beside the plan, before images are built',
  };
}

export function pipelineIsReplaced(blocks: Block[], ports: number[]): FindingText {
  return {
    message: `the image of Alloy has a pipeline of its own, which does the same: ${list(blocks, ports)}`,
    fix: 'compare it with images/alloy, which is written beside the plan: intervals and labels are its own',
  };
}

function list(blocks: Block[], ports: number[]): string {
  const others = blocks.length > NAMED ? `, ${blocks.length - NAMED} more` : '';
  const named = blocks.slice(0, NAMED).map(({ name }) => name);
  const doors = ports.length > 0 ? `; it listens on ${ports.join(', ')}` : '';
  return `${named.join(', ')}${others}${doors}`;
}
