import type { Place } from '../place';

/** The folder at the top that a file lies in: it has its service's name. */
export function nameFolder({ file }: Place): string {
  const [folder = file] = file.split('/');
  return folder;
}
