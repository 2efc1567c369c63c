import { DefaultLogger, Runtime, type LogLevel, type LogMetadata } from '@temporalio/worker';
import pino from 'pino';

const STDERR = 2;
const LEVELS: Record<LogLevel, pino.Level> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** The SDK's worker that a replay runs on says that it runs, which this one does not yet. */
const isOfReplay = ({ taskQueue }: LogMetadata): boolean => String(taskQueue).startsWith('fake_replay_queue');

/** One JSON line a message on stderr, the SDK's own and the workflows' among them. LOG_LEVEL, default info. */
export function installLogging(): void {
  const level = process.env['LOG_LEVEL'] ?? 'info';
  const logger = pino({ level }, pino.destination(STDERR));
  const logAt =
    (name: LogLevel) =>
    (message: string, meta: LogMetadata = {}) => {
      if (!isOfReplay(meta)) logger[LEVELS[name]](meta, message);
    };
  Runtime.install({
    logger: {
      log: (name, message, meta) => logAt(name)(message, meta),
      trace: logAt('TRACE'),
      debug: logAt('DEBUG'),
      info: logAt('INFO'),
      warn: logAt('WARN'),
      error: logAt('ERROR'),
    },
  });
}

/** Nothing but errors, for a command whose output is for a person. */
export function quietLogging(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
  });
}
