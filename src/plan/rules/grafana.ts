import { z } from 'zod';
import { line, program } from '../formats';
import {
  describeMissingService,
  describeOtherDatabase,
  describeOtherPlace,
  describeOtherType,
  describeWriters,
  MISSING_TARGET,
  TWO_WRITERS,
  WAL_OVER_NFS,
} from '../texts';
import { defineRule, type Report } from './rule';

const target = z.object({
  efs: line.optional(),
  database: line.optional(),
});

const movingGrafana = z.object({
  database: z.literal('move'),
  service: line,
  target: target.optional(),
});

const service = z.object({
  count: z.number(),
  environment: z.record(z.string(), program).default({}),
  deployment: z.object({ maximumPercent: z.number() }).optional(),
});

type Target = z.output<typeof target>;
type Service = z.output<typeof service>;

/** Where Grafana's database moves, its service writes there and nowhere else. */
export const grafanaMoves = defineRule(
  z.object({
    grafana: movingGrafana,
    services: z.record(z.string(), service),
  }),
  ({ grafana, services }, report) => {
    const name = grafana.service;
    const moved = Object.hasOwn(services, name) ? services[name] : undefined;
    if (!grafana.target) {
      report(['grafana', 'target'], undefined, MISSING_TARGET);
    }
    if (!moved) {
      const known = Object.keys(services);
      report(['grafana', 'service'], name, describeMissingService(name, known));
    }
    if (grafana.target && moved) {
      checkTarget(name, moved, grafana.target, report);
    }
  },
);

function checkTarget(name: string, moved: Service, { efs, database }: Target, report: Report): void {
  const reportKey: Report = (path, found, message) => {
    report(['services', name, ...path], found, message);
  };
  if (efs) checkSqliteOnEfs(name, moved, reportKey);
  else if (database) checkDatabase(name, moved, database, reportKey);
}

/** Variables that lead Grafana to another database than /var/lib/grafana/grafana.db. */
const OTHER_PLACES = ['GF_DATABASE_HOST', 'GF_DATABASE_URL', 'GF_DATABASE_PATH', 'GF_PATHS_DATA'];

function checkSqliteOnEfs(name: string, moved: Service, report: Report): void {
  checkOneDatabase(moved, report);
  checkOneWriter(name, moved, report);
}

function checkOneDatabase({ environment }: Service, report: Report): void {
  const place = OTHER_PLACES.find((variable) => variable in environment);
  const { GF_DATABASE_WAL: wal = '', GF_DATABASE_TYPE: type } = environment;
  if (place) {
    report(['environment', place], environment[place], describeOtherPlace(place));
  }
  if (/^(true|1)$/.test(wal)) {
    report(['environment', 'GF_DATABASE_WAL'], wal, WAL_OVER_NFS);
  }
  if (type && type !== 'sqlite3') {
    report(['environment', 'GF_DATABASE_TYPE'], type, describeOtherType(type));
  }
}

/**
 * Only one task may run at any moment, since SQLite's locks can't be relied on over NFS.
 * Source: SQLite, "How To Corrupt An SQLite Database File", section 2.1.
 */
function checkOneWriter(name: string, { count, deployment }: Service, report: Report): void {
  const most = deployment?.maximumPercent ?? 100;
  if (count !== 1) report(['count'], count, describeWriters(name));
  if (most > 100) report(['deployment', 'maximumPercent'], most, TWO_WRITERS);
}

function checkDatabase(name: string, { environment }: Service, database: string, report: Report): void {
  const { GF_DATABASE_TYPE: type } = environment;
  if (type === database) return;
  report(['environment'], type, describeOtherDatabase(name, database, type));
}
