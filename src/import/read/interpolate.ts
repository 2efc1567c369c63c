import { variableIsRequired, variableIsMalformed } from './texts';

/** What a variable is set to; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

interface Scope {
  lookup: Lookup;
  complain: (message: string) => void;
  unset: (name: string) => void;
}

/** `$NAME` or `${NAME<operator><operand>}`. */
interface Substitution {
  name: string;
  /** `-`, `?` or `+`; with a colon before it an empty value counts as none */
  operator: string;
  operand: string;
  /** characters that it takes */
  length: number;
}

interface Expansion {
  value: string;
  /** characters that it replaces */
  length: number;
}

const BARE = /^\$([A-Za-z_]\w*)/;
const BRACED = /^([A-Za-z_]\w*)(?:(:?[-?+])([\s\S]*))?$/;
const EXCERPT = 12;

/**
 * Replaces variables as Compose does: `$X`, `${X}`, `${X:-default}`, `${X-default}`, `${X:?why}`, `${X?why}`,
 * `${X:+other}`, `${X+other}`, nested, and `$$` for a dollar sign.
 * Source: Compose Specification, "Interpolation".
 * @param complain is told of what has no meaning and of what is required and not set
 * @param unset is told of variables that become an empty string
 */
export function interpolate(
  text: string,
  lookup: Lookup,
  complain: (message: string) => void,
  unset: (name: string) => void = () => undefined,
): string {
  return replaceVariables(text, {
    lookup,
    complain,
    unset,
  });
}

function replaceVariables(text: string, scope: Scope): string {
  let result = '';
  let rest = text;
  while (rest !== '') {
    const dollar = rest.indexOf('$');
    if (dollar < 0) return result + rest;
    const { value, length } = expandDollar(rest.slice(dollar), scope);
    result += rest.slice(0, dollar) + value;
    rest = rest.slice(dollar + length);
  }
  return result;
}

/** @param text begins with a dollar sign */
function expandDollar(text: string, scope: Scope): Expansion {
  if (text.startsWith('$$'))
    return {
      value: '$',
      length: 2,
    };
  const substitution = readBare(text) ?? readBraced(text);
  if (substitution) {
    const value = resolveSubstitution(substitution, scope);
    return {
      value,
      length: substitution.length,
    };
  }
  scope.complain(variableIsMalformed(text.slice(0, EXCERPT)));
  return {
    value: '$',
    length: 1,
  };
}

function readBare(text: string): Substitution | undefined {
  const match = BARE.exec(text);
  if (!match) return undefined;
  const [whole, name = ''] = match;
  return {
    name,
    operator: '',
    operand: '',
    length: whole.length,
  };
}

function readBraced(text: string): Substitution | undefined {
  const close = text[1] === '{' ? findClosingBrace(text) : -1;
  if (close < 0) return undefined;
  const match = BRACED.exec(text.slice(2, close));
  if (!match) return undefined;
  const [, name = '', operator = '', operand = ''] = match;
  return {
    name,
    operator,
    operand,
    length: close + 1,
  };
}

/** The index of the brace that closes the one after the dollar sign, or -1. */
function findClosingBrace(text: string): number {
  let depth = 0;
  for (let index = 1; index < text.length; index++) {
    if (text[index] === '{') depth++;
    if (text[index] === '}') depth--;
    if (depth === 0) return index;
  }
  return -1;
}

function resolveSubstitution(substitution: Substitution, scope: Scope): string {
  const { name, operator, operand } = substitution;
  const value = readValue(substitution, scope);
  const isSet = value !== undefined;
  switch (operator.at(-1)) {
    case '+':
      return isSet ? replaceVariables(operand, scope) : '';
    case '-':
      return value ?? replaceVariables(operand, scope);
    case '?':
      if (!isSet) complainOfNone(substitution, scope);
      return value ?? '';
    default:
      if (!isSet) scope.unset(name);
      return value ?? '';
  }
}

function complainOfNone({ name, operand }: Substitution, scope: Scope): void {
  const reason = replaceVariables(operand, scope);
  const message = variableIsRequired(name, reason);
  scope.complain(message);
}

/** @returns undefined also for an empty value where the operator takes that for none */
function readValue({ name, operator }: Substitution, { lookup }: Scope): string | undefined {
  const value = lookup(name);
  const isNone = value === '' && operator.startsWith(':');
  return isNone ? undefined : value;
}

const COLON_DEFAULT = /\$(?:\{(\w+)(?::([^}]*))?\}|(\w+))/g;

/**
 * Replaces `${X}`, `${X:default}` and `$X`.
 * Source: Mimir's docs, "Use environment variables in the configuration".
 */
export function expandColonDefaults(text: string, lookup: Lookup): string {
  return text.replace(COLON_DEFAULT, (_, braced?: string, fallback?: string, bare?: string) => {
    const value = lookup(braced ?? bare ?? '');
    return value || (fallback ?? '');
  });
}
