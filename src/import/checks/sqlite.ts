import { fail, warn, type ImportFinding } from '../finding';
import { listGrafanas, type Inventory } from '../read/inventory';
import { sqliteIsLost, sqliteMoves } from './texts';

/** Grafana's SQLite: a file on the host, which moves to EFS where the operator names one. */
export function checkSqlite(inventory: Inventory): ImportFinding[] {
  const { grafanaEfs } = inventory;
  const databases = listGrafanas(inventory).map((grafana) => grafana.database);
  const files = databases.filter((database) => database.value.type === 'sqlite3');
  const id = 'grafana/sqlite';
  return files.map((database) => {
    if (!grafanaEfs) return fail(id, database, sqliteIsLost());
    return warn(id, database, sqliteMoves(grafanaEfs));
  });
}
