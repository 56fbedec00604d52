// The command line: `voxelith <command>`. One file per command; this one knows the list and the exit codes.
import { Command, CommanderError } from 'commander';
import { printable } from '../core/quote.js';
import { VERSION } from '../core/version.js';
import { reason } from '../io/write.node.js';
import { errorLines, exitCodeOf } from './command.js';

/** In the order of the help. A call reads the code of its own command alone: a small solve takes less time than to read
 *  that of all. */
const COMMANDS: Readonly<Record<string, () => Promise<() => Command>>> = {
  generate: async () => (await import('./generate.js')).generateCommand,
  scan: async () => (await import('./scan.js')).scanCommand,
  import: async () => (await import('./import.js')).importCommand,
  info: async () => (await import('./info.js')).infoCommand,
  insert: async () => (await import('./insert.js')).insertCommand,
  series: async () => (await import('./series.js')).seriesCommand,
  measure: async () => (await import('./measure.js')).measureCommand,
  describe: async () => (await import('./describe.js')).describeCommand,
  grains: async () => (await import('./grains.js')).grainsCommand,
  conduct: async () => (await import('./conduct.js')).conductCommand,
  star: async () => (await import('./star.js')).starCommand,
  correlate: async () => (await import('./correlate.js')).correlateCommand,
  calibrate: async () => (await import('./calibrate.js')).calibrateCommand,
  study: async () => (await import('./study.js')).studyCommand,
  fit: async () => (await import('./fit.js')).fitCommand,
  predict: async () => (await import('./predict.js')).predictCommand,
  sensitivity: async () => (await import('./sensitivity.js')).sensitivityCommand,
  refine: async () => (await import('./refine.js')).refineCommand,
  window: async () => (await import('./window.js')).windowCommand,
  design: async () => (await import('./design.js')).designCommand,
  percolate: async () => (await import('./percolate.js')).percolateCommand,
  asr: async () => (await import('./asr.js')).asrCommand,
  cell: async () => (await import('./cell.js')).cellCommand,
  discharge: async () => (await import('./discharge.js')).dischargeCommand,
  discharge3d: async () => (await import('./discharge3d.js')).discharge3dCommand,
  impedance: async () => (await import('./impedance.js')).impedanceCommand,
  report: async () => (await import('./report.js')).reportCommand,
};

/** The program with the command that `word` names, or with all where it names none: help, completion, a mistake. The
 *  version needs none. */
async function createProgram(word: string | undefined): Promise<Command> {
  const program = new Command('voxelith')
    .description(
      'Virtual materials testing of battery cathodes: structures, descriptors, effective conductivity, laws.',
    )
    .version(VERSION, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', '\nExamples:\n  $ voxelith info cathode.tif\n  $ voxelith help info');
  const own = word !== undefined && Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : null;
  if (own !== null) program.addCommand((await own())());
  else if (word !== '-V' && word !== '--version') {
    for (const command of await Promise.all(Object.values(COMMANDS).map((load) => load()))) {
      program.addCommand(command());
    }
    program.addCommand((await import('./completion.js')).completionCommand(program));
  }
  const quieten = (command: Command): void => {
    // Errors are printed once, below, in one line.
    command.exitOverride().configureOutput({ outputError: () => undefined });
    command.commands.forEach(quieten);
  };
  quieten(program);
  return program;
}

async function main(): Promise<number> {
  try {
    const program = await createProgram(process.argv[2]);
    await program.parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // Without a command commander prints the help itself.
      if (error.code !== 'commander.help') {
        process.stderr.write(`${printable(error.message.replace(/\s*\n\s*/g, ' '))}\n`);
      }
      return 2;
    }
    process.stderr.write(errorLines(error));
    return exitCodeOf(error);
  }
}

// A reader such as `head` that has seen enough is no failure; a result that is lost is one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(
    `error: standard output cannot be written: ${reason(error)}; the result is lost, write it elsewhere\n`,
  );
  process.exit(1);
});
// Nobody is left to tell, and the work goes on.
process.stderr.on('error', () => undefined);
process.exitCode = await main();
