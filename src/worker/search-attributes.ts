import { searchAttributes } from '../contract/messages';
import { messageOf } from '../temporal/errors';
import type { WorkerConnection } from '../temporal/worker';

type SearchAttribute = (typeof searchAttributes)[keyof typeof searchAttributes];

/** A type's name on Temporal's command line, by the SDK's name. */
const TYPE_NAMES: Record<string, string> = {
  KEYWORD: 'Keyword',
  INT: 'Int',
  KEYWORD_LIST: 'KeywordList',
};
/** Source: temporal.api.enums.v1.IndexedValueType */
const TYPE_NUMBERS: Record<string, number> = {
  KEYWORD: 2,
  INT: 3,
  KEYWORD_LIST: 7,
};

/**
 * Registers the search attributes that the server lacks. One that is missing would leave every
 * workflow task failing, so a worker that can't add it must not start.
 * @throws with the commands that would add them
 */
export async function registerSearchAttributes(server: WorkerConnection): Promise<void> {
  const missing = await findMissing(server);
  if (missing.length === 0) return;
  const types = missing.map(({ name, type }) => [name, TYPE_NUMBERS[type]!]);
  const { connection, namespace } = server;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(types),
    });
  } catch (error) {
    const sentence = mayNotAdd(namespace, missing, messageOf(error));
    throw new Error(sentence, { cause: error });
  }
}

async function findMissing({ connection, namespace }: WorkerConnection): Promise<SearchAttribute[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const known = Object.keys(customAttributes ?? {});
  const wanted = Object.values(searchAttributes);
  return wanted.filter(({ name }) => !known.includes(name));
}

function mayNotAdd(namespace: string, missing: SearchAttribute[], reason: string): string {
  const create = `temporal operator search-attribute create --namespace ${namespace}`;
  const commands = missing.map(({ name, type }) => {
    const typeName = TYPE_NAMES[type];
    return `${create} --name ${name} --type ${typeName}`;
  });
  return [
    `namespace ${namespace} lacks search attributes and this worker may not add them (${reason}); run:`,
    ...commands,
  ].join('\n');
}
