import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Found } from '../problem';

const CONFIGURATION = /\.(ya?ml|alloy|river|ini|toml|json|env)$|^\.env$/;
const COMMENT = /^\s*(#|;|\/\/)/;
const ADDRESS = /(?<![\w.-])((?:\d{1,3}\.){3}\d{1,3})(:\d+)?(?![\w.-]|\/\d)/g;
/** Everybody, oneself, and the metadata of EC2 and ECS. */
const NOBODY = /^(0\.|127\.|169\.254\.|255\.)/;
/** What only reaches a neighbour on the same host. */
const NEIGHBOUR = /(?:https?:\/\/|["'\s])((?:localhost|127\.0\.0\.1|host\.docker\.internal|172\.17\.0\.1):\d+)/g;

/** Every line of a folder's configuration that names a host by its IPv4 address. Dashboards (JSON) count too. */
export function addressesIn(root: string): Found<string>[] {
  return lines(root, () => true).flatMap(({ text, ...place }) =>
    [...text.matchAll(ADDRESS)]
      .filter(
        ([, address]) =>
          !NOBODY.test(address!) &&
          address!.split('.').every((part) => Number(part) < 256) &&
          !/^172\.17\.0\.1$/.test(address!),
      )
      .map(([whole]) => ({ value: whole, ...place })),
  );
}

/** Lines by which Alloy and Grafana reach a neighbour on their own host. A health check means itself. */
export function neighboursIn(root: string): Found<string>[] {
  return lines(root, (file) => /\.(alloy|river)$|datasources?\b/.test(file)).flatMap(({ text, ...place }) =>
    [...text.matchAll(NEIGHBOUR)].map(([, value]) => ({ value: value!, ...place })),
  );
}

/** Components of Alloy that read the host they run on. Source: Alloy's component reference. */
const HOST_SOURCES =
  /^\s*((?:local\.file_match|loki\.source\.(?:file|journal|docker)|discovery\.(?:docker|process)|prometheus\.exporter\.(?:unix|cadvisor|process)|pyroscope\.ebpf|beyla\.ebpf)\s+"[^"]*")/;

/** What of the host Alloy reads: a Fargate task has no host to read. */
export function hostSourcesIn(root: string): Found<string>[] {
  return lines(root, (file) => /\.(alloy|river)$/.test(file)).flatMap(({ text, ...place }) => {
    const [, value] = HOST_SOURCES.exec(text) ?? [];
    return value ? [{ value, ...place }] : [];
  });
}

function lines(root: string, wanted: (file: string) => boolean): { text: string; file: string; line: number }[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && CONFIGURATION.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return files
    .filter((file) => wanted(relative(root, file)))
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((text, index) => ({ text, file: relative(root, file), line: index + 1 })),
    )
    .filter(({ text }) => !COMMENT.test(text));
}
