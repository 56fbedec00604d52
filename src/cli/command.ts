// What every command has in common: session, progress, cancellation, output, exit code.
import { Command } from 'commander';
import { CancelledError, FileError, SpecError, VoxelithError } from '../core/errors.js';
import type { VoxelSize } from '../core/grid.js';
import { voxelSizeWarnings } from '../core/lengths.js';
import { printable } from '../core/quote.js';
import type { ReadOptions } from '../io/room.js';
import { openSession } from '../runtime/session.node.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { addCommonOptions, rawLayout, type CommonOptions } from './options.js';
import { createProgress, type ProgressLine } from './progress.js';

/** One run of a command. */
export interface Invocation {
  readonly json: boolean;
  readonly run: RunOptions;
  readonly signal: AbortSignal;
  readonly progress: ProgressLine;
  readonly common: CommonOptions;
  /** The limit of readers. */
  readonly reading: ReadOptions;
  /** Opened on first use, closed when the command ends. */
  session(): Promise<Session>;
  /** The same with one thread, one for each lane that works on images of its own. */
  laneSession(lane: number): Promise<Session>;
  /** The result: the object with --json, the text otherwise. Once. */
  print(object: Readonly<Record<string, unknown>>, text: string): void;
  /** A remark for people, on stderr. */
  note(text: string): void;
  /** Warnings, one line each on stderr. Called before anything is written, because --strict makes them errors.
   *  @throws VoxelithError */
  warn(warnings: readonly string[]): void;
}

/** A command with the common flags and examples at the end of its help. */
export function defineCommand(name: string, description: string, examples: readonly string[]): Command {
  const command = new Command(name).description(description).showHelpAfterError(false).allowExcessArguments(false);
  return command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ voxelith ${line}`).join('\n')}`);
}

/** Connects a command with its work. `body` gets what commander parsed: arguments first, options last. */
export function runs<A extends readonly unknown[]>(
  command: Command, body: (call: Invocation, ...args: A) => Promise<void>,
): Command {
  addCommonOptions(command);
  return command.action(async (...all: unknown[]) => {
    const args = all.slice(0, -1) as unknown as A;
    const common = all[all.length - 2] as CommonOptions;
    const controller = new AbortController();
    const onSignal = (): void => {
      // The second Ctrl-C means it.
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    const progress = createProgress(process.stderr, common.quiet !== true);
    const sessions = new Map<string, Promise<Session>>();
    const sessionOf = (name: string, threads: number | undefined): Promise<Session> => {
      const open = sessions.get(name) ?? openSession({ threads, memoryBytes: common.memory });
      sessions.set(name, open);
      return open;
    };
    const heard: string[] = [];
    const told = new Set<string>();
    const call: Invocation = {
      json: common.json === true,
      run: { signal: controller.signal, onProgress: progress.onProgress },
      signal: controller.signal,
      progress,
      common,
      reading: {
        maxBytes: common.memory, onWarning: (warning) => void heard.push(warning), raw: rawLayout(common),
      },
      session: () => sessionOf('all threads', common.threads),
      laneSession: (lane) => sessionOf(`lane ${lane}`, 1),
      print(object, text) {
        progress.clear();
        process.stdout.write(common.json ? `${JSON.stringify(object)}\n` : text.endsWith('\n') ? text : `${text}\n`);
      },
      note(text) {
        if (common.quiet) return;
        progress.clear();
        process.stderr.write(`${text}\n`);
      },
      warn(warnings) {
        const all = [...heard.splice(0), ...warnings];
        if (common.strict && all.length > 0) {
          throw new VoxelithError(all.map((warning) => `${warning} (--strict)`).join('\n'));
        }
        // Phases and steps of one image find the same things in it.
        for (const warning of all) {
          if (told.has(warning)) continue;
          told.add(warning);
          call.note(`warning: ${warning}`);
        }
      },
    };
    heard.push(...voxelSizeWarnings((common as { readonly voxelSize?: VoxelSize }).voxelSize ?? null)
      .map((warning) => `--voxel-size: ${warning}`));
    try {
      await body(call, ...args);
      call.warn([]);
      if (controller.signal.aborted) throw new CancelledError(command.name());
    } finally {
      progress.clear();
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      for (const session of sessions.values()) await session.then((open) => open.close(), () => undefined);
    }
  });
}

/** 0 done, 1 a failure in the work, 2 wrong usage or bad input, 130 cancelled. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof SpecError || error instanceof FileError) return 2;
  return (error as Error | null)?.name === 'AbortError' ? 130 : 1;
}

/** One line per problem, indented lines belong to the one above; the stack only for those who ask with
 *  VOXELITH_DEBUG. */
export function errorLines(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const stack = process.env.VOXELITH_DEBUG && error instanceof Error ? `${error.stack ?? ''}\n` : '';
  if (error instanceof VoxelithError) {
    return message.split('\n').map((line) => (line.startsWith(' ') ? `${line}\n` : `error: ${line}\n`)).join('') +
      stack;
  }
  return `error: ${printable(message.replace(/\s*\n\s*/g, ' ').trim())} (unexpected; VOXELITH_DEBUG=1 shows ` +
    `where)\n${stack}`;
}
