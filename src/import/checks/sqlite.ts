import { fail, warn, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { sqliteIsLost, sqliteMoves } from './texts';

/** Grafana's SQLite: a file on the host, which moves to EFS where the operator names one. */
export function checkSqlite({ components, grafanaEfs }: Inventory): ImportFinding[] {
  const grafanas = components.flatMap((component) => component.grafana ?? []);
  const databases = grafanas.map((grafana) => grafana.database);
  const files = databases.filter((database) => database.value.type === 'sqlite3');
  const id = 'grafana/sqlite';
  return files.map((database) => {
    if (!grafanaEfs) return fail(id, database, sqliteIsLost());
    return warn(id, database, sqliteMoves(grafanaEfs));
  });
}
