import { isNode, isPair, parseDocument, visit, type Pair } from 'yaml';
import { isComposeName } from './project';

/** Where a Compose file gives addresses to its own containers, networks and ports. */
const OWN = ['networks', 'ports'];

/**
 * A Compose file's text with blanks in the place of addresses that nothing points at: those of its own networks, and
 * those of the host at which ports are published. Other files stay as they are; no line moves.
 */
export function blankOwnAddresses(text: string, file: string): string {
  if (!isComposeName(file)) return text;
  let blanked = text;
  visit(parseDocument(text), {
    Pair: (_, pair, path) => {
      // networks: stands at the top and in a service
      const depth = path.filter((node) => isPair(node)).length;
      const range = depth === 0 || depth === 2 ? findOwnRange(pair) : undefined;
      if (!range) return;
      const [start, end] = range;
      const blanks = blanked.slice(start, end).replace(/[^\n]/g, ' ');
      blanked = blanked.slice(0, start) + blanks + blanked.slice(end);
    },
  });
  return blanked;
}

function findOwnRange({ key, value }: Pair): readonly [number, number] | undefined {
  const isOwn = isNode(key) && OWN.includes(String(key));
  if (!isOwn || !isNode(value) || !value.range) return undefined;
  const [start, end] = value.range;
  return [start, end];
}
