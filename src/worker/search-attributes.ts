import type { NativeConnection } from '@temporalio/worker';
import { searchAttributes } from '../contract/messages';

const TYPE_NAMES = { KEYWORD: 'Keyword', INT: 'Int' } as const;
/** temporal.api.enums.v1.IndexedValueType */
const TYPE_NUMBERS = { KEYWORD: 2, INT: 3 } as const;

/**
 * Registers the search attributes that the server lacks. One that is missing would leave every
 * workflow task failing, so a worker that can't add it must not start.
 */
export async function registerSearchAttributes(connection: NativeConnection, namespace: string): Promise<void> {
  const wanted = Object.values(searchAttributes);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = wanted.filter(({ name }) => !(name in (customAttributes ?? {})));
  if (missing.length === 0) return;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        missing.map(({ name, type }) => [name, TYPE_NUMBERS[type as keyof typeof TYPE_NUMBERS]]),
      ),
    });
  } catch (error) {
    const commands = missing.map(
      ({ name, type }) =>
        `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${TYPE_NAMES[type as keyof typeof TYPE_NAMES]}`,
    );
    throw new Error(
      `namespace ${namespace} lacks search attributes and this worker may not add them (${error instanceof Error ? error.message : String(error)}); run:\n${commands.join('\n')}`,
    );
  }
}
