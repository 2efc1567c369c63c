/**
 * The dev server throttles itself: with the first two a sequential activity takes 13 ms, not 100 (measured). On a busy
 * machine it misses that there is a new task, and looks for itself after one minute (transfer) or five (timers) at its
 * defaults. Temporal's own tests have it look after three seconds too.
 */
const TUNING = [
  ['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=2000'],
  ['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="10ms"'],
  ['--dynamic-config-value', 'history.transferProcessorMaxPollInterval="3s"'],
  ['--dynamic-config-value', 'history.timerProcessorMaxPollInterval="3s"'],
  ['--sqlite-pragma', 'journal_mode=wal'],
  ['--sqlite-pragma', 'synchronous=normal'],
].flat();

const SEARCH_ATTRIBUTES = [
  'MigrationPhase=Keyword',
  'MigrationWeight=Int',
  'MigrationHealth=Keyword',
  'MigrationWaiting=Keyword',
  'DeploymentServices=KeywordList',
  'DeploymentOutcome=Keyword',
  'DeploymentSeconds=Int',
].flatMap((entry) => ['--search-attribute', entry]);

export interface DevServer {
  port: number;
  /** absent: no UI */
  uiPort?: number;
  /** what survives a restart; absent: nothing does */
  database?: string;
}

/** The command line of a Temporal dev server that is quick, says only errors and knows our search attributes. */
export function devServerArguments({ port, uiPort, database }: DevServer): string[] {
  const ui = uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)];
  const kept = database === undefined ? [] : ['--db-filename', database];
  const listens = ['--ip', '127.0.0.1', '--port', String(port)];
  return ['server', 'start-dev', ...listens, ...ui, ...kept, '--log-level', 'error', ...TUNING, ...SEARCH_ATTRIBUTES];
}
