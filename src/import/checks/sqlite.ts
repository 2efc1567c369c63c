import { fail, warn, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { sqliteIsLost, sqliteMoves } from './texts';

/** Grafana's SQLite: a file on the host, which moves to EFS where the operator names one. */
export function checkSqlite({ components, grafanaEfs }: Inventory): ImportFinding[] {
  const databases = components.flatMap(({ grafana }) => grafana?.database ?? []);
  const files = databases.filter((database) => database.value.type === 'sqlite3');
  return files.map((database) =>
    grafanaEfs
      ? warn('grafana/sqlite', database, sqliteMoves(grafanaEfs))
      : fail('grafana/sqlite', database, sqliteIsLost()),
  );
}
