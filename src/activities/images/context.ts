import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What a plan says when it says nothing: the default of `images.context`. */
const DEFAULT_CONTEXT = 'dockerfiles';
/** The folder of that name beside src and dist: the repository's, or the one that an installed package came with. */
export const SHIPPED_CONTEXT = join(__dirname, '../../../dockerfiles');

/**
 * Where a plan's folder of images lies: in the working directory. The default means the package's own folder where
 * there is none here, so that an installed package can build and render.
 */
export function findContext(context: string): string {
  const isShipped = context === DEFAULT_CONTEXT && !existsSync(context);
  return isShipped ? SHIPPED_CONTEXT : context;
}
