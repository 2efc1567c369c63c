import { HIDDEN } from '../../plan/secrecy';
import { isStoreName, storeOf, type StoreName } from '../../stores';
import type { FargateEdit } from '../../stores/fargate';
import { withoutKeys } from '../../stores/s3-url';
import { fail, type ImportFinding } from '../finding';
import type { Place } from '../place';
import type { Component, Inventory } from '../read/inventory';
import type { Store } from '../read/stores';
import type { YamlPath } from '../read/yaml-value';
import { ConfigurationDocument } from './document';
import { compareKeys, type KeyCount } from './keys';
import { diffTexts } from './diff';
import { applyEdits, type EditTarget } from './edits';
import { readNamedFiles, type CarriedFile, type MissingFile } from './files';
import { carryFlags, type CarriedFlags } from './carried-flags';
import { isScript } from './flags';
import { frameImage, readShipped, type ImageFile } from './frame';
import { listNeighbours, moveNeighbours } from './neighbours';
import { findSecrets, hideSecrets, isKeyForS3, nameVariable } from './secrets';
import * as texts from './texts';
import { DOLLAR_SWITCH, keepDollars, readVariables, renameVariables, type HostVariables } from './variables';

/** What became of a component's configuration. */
export interface ComponentImage {
  name: Component['name'];
  files: ImageFile[];
  findings: ImportFinding[];
  /** variables that the configuration reads; secrets by name */
  variables: HostVariables;
  /** absent: it has the shipped image */
  carried?: CarriedConfiguration;
  /** why it has the shipped image */
  shipped?: string;
}

/** How a configuration was carried over. */
interface CarriedConfiguration {
  file: string;
  keys: KeyCount;
  /** of the configuration as it was, without its secrets */
  diff: string;
  flags: CarriedFlags;
  /** files that came along, relative to the imported folder */
  files: string[];
}

/** The image of a component: of its own configuration where that can be carried over. */
export function makeImage(component: Component, inventory: Inventory, host: string): ComponentImage {
  const { name, stores } = component;
  const [store] = stores;
  if (!isStoreName(name) || !store) return useShipped(component, texts.SHIPPED.unread);
  const { yaml, source } = store.settings;
  if (!yaml || source === undefined) return useShipped(component, texts.SHIPPED.none);
  const place = store.settings.place();
  if (isScript(store.service.words)) {
    return useShipped(component, texts.SHIPPED.refused, [
      fail(`${name}/command`, store.service, texts.commandIsScript(name)),
    ]);
  }
  const document = ConfigurationDocument.parse(source);
  const before = ConfigurationDocument.parse(source);
  if (!document || !before) {
    return useShipped(component, texts.SHIPPED.refused, [fail(`${name}/unexpanded`, place, texts.isNoYaml(name))]);
  }
  return carryOver({
    name,
    component,
    inventory,
    host,
    store,
    document,
    before,
  });
}

function useShipped({ name }: Component, shipped: string, findings: ImportFinding[] = []): ComponentImage {
  return {
    name,
    files: readShipped(name),
    findings,
    variables: {
      environment: {},
      secrets: [],
    },
    shipped,
  };
}

interface Carrying {
  name: StoreName;
  component: Component;
  inventory: Inventory;
  host: string;
  store: Store;
  /** is edited */
  document: ConfigurationDocument;
  /** stays as it is, but for its secrets */
  before: ConfigurationDocument;
}

function carryOver(carrying: Carrying): ComponentImage {
  const { name, component, document, before, store } = carrying;
  const { settings, service } = store;
  const { fargate } = storeOf(name);
  const edits = [...fargate.edits(settings), ...fargate.moveToS3(settings)];
  hideFrom(before);
  const { secrets, isDollarKept } = editDocument(carrying, edits);
  const flags = carryFlags(service.words, edits, nameTarget(carrying), listNeighbours(carrying.inventory.components));
  const named = findFiles(carrying, flags);
  markMissing(document, named.missing);
  const configuration = document.toString();
  const variables = readVariables(configuration, service);
  const literal = [...secrets, ...flags.secrets];
  const place = settings.place();
  return {
    name,
    files: frameImage({
      name,
      version: component.version,
      source: place.file,
      configuration,
      flags: flags.words,
      switches: [...fargate.switches(settings), ...(isDollarKept ? [DOLLAR_SWITCH] : []), ...flags.switches],
      carried: named.carried,
      folders: named.folders,
      directory: fargate.directory,
    }),
    findings: [
      ...named.missing.map((missing) => reportMissing(name, place, missing)),
      ...findEmptyFolders(name, store, named.carried),
      ...compareServices(component),
    ],
    variables: {
      environment: variables.environment,
      secrets: [...new Set([...variables.secrets, ...literal])],
    },
    carried: {
      file: place.file,
      keys: compareKeys(before, document),
      diff: diffTexts(before.toString(), configuration),
      flags,
      files: named.carried.map((file) => file.source),
    },
  };
}

const nameTarget = ({ name, component }: Carrying): EditTarget => ({
  name,
  version: component.version,
});

/** Makes the configuration one of ECS; the variables of what was a literal secret, and whether a dollar sign was kept. */
function editDocument(carrying: Carrying, edits: FargateEdit[]): { secrets: string[]; isDollarKept: boolean } {
  const { name, inventory, store, document } = carrying;
  const expands = store.settings.get('config.expand-env')?.value === 'true';
  const secrets = takeSecrets(name, document, store);
  const isDollarKept = !expands && keepDollars(document);
  if (expands) renameVariables(document, store.service);
  for (const { path, variable } of secrets) document.set(path, `\${${variable}}`, texts.secretIsReferred(variable));
  applyEdits(document, edits, nameTarget(carrying));
  moveNeighbours(document, listNeighbours(inventory.components));
  return {
    secrets: secrets.map(({ variable }) => variable),
    isDollarKept,
  };
}

function findFiles({ name, inventory, host, store }: Carrying, flags: CarriedFlags) {
  const { settings, service } = store;
  const place = {
    root: inventory.root,
    host,
  };
  const values = flags.kept.map(({ value = '' }) => value);
  return readNamedFiles(settings.yaml!.data, values, service, place, storeOf(name).fargate);
}

/** Whoever reads the configuration is told where it names a file that the image does not have. */
function markMissing(document: ConfigurationDocument, files: MissingFile[]): void {
  for (const { file, path } of files) {
    if (path.length > 0 && document.has(path)) document.explain(path, texts.fileIsNotInImage(file));
  }
}

function reportMissing(name: StoreName, place: Place, { file, isSecret }: MissingFile): ImportFinding {
  if (isSecret) return fail(`${name}/secret-file`, place, texts.fileHoldsSecret(name, file));
  return fail(`${name}/file`, place, texts.fileIsAbsent(name, file));
}

/** Rules and the like that a store only reads, and that lie on the host elsewhere than in the folder. */
function findEmptyFolders(name: StoreName, { storages }: Store, carried: CarriedFile[]): ImportFinding[] {
  return storages.flatMap(({ what, readsFrom, file, line }) => {
    const isThere = readsFrom === undefined || carried.some(({ target }) => target.startsWith(`${readsFrom}/`));
    return isThere ? [] : [fail(`${name}/file`, { file, line }, texts.folderIsAbsent(name, what, readsFrom))];
  });
}

/** The same text without its secrets, to show what differs. */
function hideFrom(before: ConfigurationDocument): void {
  before.replaceComments(hideSecrets);
  for (const { node } of findSecrets(before)) node.value = HIDDEN;
}

/** A value that has left the configuration, and the variable that stands in its place. */
interface TakenSecret {
  path: YamlPath;
  variable: string;
}

/** Takes the secrets out: keys for S3 go, others become variables. */
function takeSecrets(name: StoreName, document: ConfigurationDocument, { settings }: Store): TakenSecret[] {
  document.replaceComments(hideSecrets);
  const urls = storeOf(name).findKeySettings?.(settings) ?? [];
  for (const path of urls) {
    const url = settings.get(path)?.value;
    const keys = path.split('.');
    if (url && document.has(keys)) document.set(keys, withoutKeys(url), texts.KEY_IS_OUT);
  }
  const keys = document.listTexts().filter(({ path }) => isKeyForS3(path));
  for (const { path } of keys) document.remove(path, texts.KEY_IS_OUT);
  return findSecrets(document).map(({ path }) => ({
    path,
    variable: nameVariable(name, path.join('.')),
  }));
}

/** Several services of a component become one: what differs between them can't be carried over. */
function compareServices({ name, stores }: Component): ImportFinding[] {
  const [first, ...others] = stores;
  if (!first) return [];
  const different = others.filter((other) => describeSettings(other) !== describeSettings(first));
  if (different.length === 0) return [];
  const names = different.map(({ service }) => service.name);
  return [fail(`${name}/services`, different[0]!.service, texts.servicesDiffer(name, first.service.name, names))];
}

/** What a service is set to, but for which part of it runs there. */
function describeSettings({ settings, service }: Store): string {
  const words = service.words.map(({ value }) => value).filter((word) => !/^--?target\b/.test(word));
  const data = settings.yaml?.data as Record<string, unknown> | undefined;
  return JSON.stringify([words, { ...data, target: '' }]);
}
