// What can't be read, and what would do instead. No value of the folder is shown: it may be a password.

export function variableIsRequired(name: string, reason: string): string {
  const why = reason === '' ? '' : `: ${reason}`;
  return `${name} is required and not set${why}; set it in an env file of the folder`;
}

/** @param excerpt how it begins */
export function variableIsMalformed(excerpt: string): string {
  return `"${excerpt}" is no variable; write $$ for a dollar sign`;
}

export function fileIsUnreadable(file: string): string {
  const isSeen = /^[^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*$/u.test(file);
  return `${isSeen ? file : JSON.stringify(file)} can't be read; put it into the folder`;
}

export function envFileIsAbsent(path: string): string {
  return `env file ${path} is not there; put it into the folder (without its secrets), or say required: false`;
}

export function serviceExtendsItself(service: string): string {
  return `${service} extends itself`;
}

export function baseIsAbsent(base: string, file: string): string {
  return `there is no service ${base} in ${file} to extend`;
}

export function composeFileIsAbsent(): string {
  return (
    'has no Compose file; ' +
    'they are looked for as compose.yaml and the like, or as <service>/<service>_docker-compose.yaml; ' +
    'others are named with --compose-file'
  );
}

export function yamlIsTooDeep(): string {
  return 'is nested too deeply to be read; a Compose file has a few levels';
}

export function valueIsEndless(): string {
  return 'has an alias within what it means; write it out';
}

export function fileIsNoMapping(): string {
  return 'is no Compose file: no mapping with services in it';
}

export function fileIsIncomparable(): string {
  return 'has a key toString in a list, which is no key of Compose; take it out';
}

export function servicesAreAbsent(): string {
  return 'has no services; a file of Compose 1 (services at the top, no services: key) has to be rewritten first';
}

export function composeExits(directory: string, code: number, error: string): string {
  return `docker compose in ${directory} exits with ${code}: ${error}`;
}

/** @param types those that the schema accepts */
export function valueHasOtherType(type: string, types: string[]): string {
  return `is ${type}; it must be ${types.join(' or ')}`;
}
