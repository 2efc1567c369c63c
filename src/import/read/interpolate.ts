/** What a variable is set to; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** The index of the brace that closes the one at `open`, or -1. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    if (text[index] === '{') depth++;
    else if (text[index] === '}' && --depth === 0) return index;
  }
  return -1;
}

/**
 * Replaces variables as Compose does: `$X`, `${X}`, `${X:-default}`, `${X-default}`, `${X:?why}`, `${X?why}`,
 * `${X:+other}`, `${X+other}`, nested, and `$$` for a dollar sign.
 * Source: Compose Specification, "Interpolation".
 * @param complain is told of what has no meaning and of what is required and not set
 * @param unset is told of variables that become an empty text
 */
export function interpolate(
  text: string,
  lookup: Lookup,
  complain: (message: string) => void,
  unset: (name: string) => void = () => undefined,
): string {
  const value = (name: string) => {
    const found = lookup(name);
    if (found === undefined) unset(name);
    return found ?? '';
  };
  const inner = (part: string) => interpolate(part, lookup, complain, unset);
  let result = '';
  for (let index = 0; index < text.length;) {
    const dollar = text.indexOf('$', index);
    if (dollar < 0) return result + text.slice(index);
    result += text.slice(index, dollar);
    const bare = /^\$([A-Za-z_]\w*)/.exec(text.slice(dollar));
    const end = text[dollar + 1] === '{' ? closing(text, dollar + 1) : -1;
    const braced = end < 0 ? null : /^([A-Za-z_]\w*)(?:(:?[-?+])([\s\S]*))?$/.exec(text.slice(dollar + 2, end));
    if (text[dollar + 1] === '$') {
      result += '$';
      index = dollar + 2;
    } else if (bare) {
      result += value(bare[1]!);
      index = dollar + bare[0].length;
    } else if (braced) {
      const [, name, operator, operand = ''] = braced as unknown as [
        string,
        string,
        string | undefined,
        string | undefined,
      ];
      const found = lookup(name);
      const given = operator?.startsWith(':') ? found !== undefined && found !== '' : found !== undefined;
      if (!operator) result += value(name);
      else if (operator.endsWith('+')) result += given ? inner(operand) : '';
      else if (given) result += found!;
      else if (operator.endsWith('-')) result += inner(operand);
      else
        complain(
          `${name} is required and not set${operand ? `: ${inner(operand)}` : ''}; set it in an env file of the folder`,
        );
      index = end + 1;
    } else {
      complain(`"${text.slice(dollar, dollar + 12)}" is no variable; write $$ for a dollar sign`);
      result += '$';
      index = dollar + 1;
    }
  }
  return result;
}

/** The same as Mimir does it: `${X}`, `${X:default}`, `$X`. Source: Mimir's docs, "Use environment variables in the configuration". */
export function expandLikeMimir(text: string, lookup: Lookup): string {
  return text.replace(
    /\$(?:\{(\w+)(?::([^}]*))?\}|(\w+))/g,
    (_, braced: string | undefined, otherwise: string | undefined, bare: string | undefined) =>
      lookup(braced ?? bare!) || (otherwise ?? ''),
  );
}
