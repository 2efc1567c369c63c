import { relative, sep } from 'node:path';
import { findCopied } from './dockerfile';
import type { ComposeService } from './service';
import { readTextFile } from './text-file';
import { findInFolder } from './volumes';

/** Where a folder lies: here, and on the host, whose absolute mounts are looked for here. */
export interface FolderPlace {
  root: string;
  host: string;
}

/** A file as a container sees it. */
export interface ContainerFile {
  /** how places name it: relative to the folder, or `compose.yaml#config` for what stands in a Compose file */
  name: string;
  text: string;
}

/**
 * A file of a container by its path there: a config or secret of Compose, a mount, or what its Dockerfile copies.
 * @returns undefined when it is not in the folder
 */
export function readContainerFile(
  service: ComposeService,
  path: string,
  { root, host }: FolderPlace,
): ContainerFile | undefined {
  const grant = service.grants.findLast((file) => file.target === path);
  if (grant?.content !== undefined) {
    return {
      name: `${grant.file}#${grant.name}`,
      text: grant.content,
    };
  }
  const mounted = grant?.path ?? findInFolder(service.volumes, path, root, host);
  // what is mounted hides what the image has there
  const found = mounted ?? findCopied(service.build, path);
  if (!found?.startsWith(root + sep)) return undefined;
  const text = readTextFile(found);
  return text === undefined
    ? undefined
    : {
        name: relative(root, found),
        text,
      };
}

/** Whether something that is not the image's own lies at a path, in the folder or not. */
export function isGiven(service: ComposeService, path: string): boolean {
  const isGranted = service.grants.some((file) => file.target === path);
  const isMounted = service.volumes.some(({ target }) => path === target || path.startsWith(`${target}/`));
  return isGranted || isMounted || findCopied(service.build, path) !== undefined;
}
