// The command line: `voxelith <command>`. One file per command; this one knows the list and the exit codes.
import { Command, CommanderError } from 'commander';
import { printable } from '../core/quote.js';
import { VERSION } from '../core/version.js';
import { reason } from '../io/write.node.js';
import { errorLines, exitCodeOf } from './command.js';
import { calibrateCommand } from './calibrate.js';
import { cellCommand } from './cell.js';
import { completionCommand } from './completion.js';
import { conductCommand } from './conduct.js';
import { correlateCommand } from './correlate.js';
import { describeCommand } from './describe.js';
import { dischargeCommand } from './discharge.js';
import { fitCommand } from './fit.js';
import { generateCommand } from './generate.js';
import { impedanceCommand } from './impedance.js';
import { importCommand } from './import.js';
import { infoCommand } from './info.js';
import { measureCommand } from './measure.js';
import { predictCommand } from './predict.js';
import { reportCommand } from './report.js';
import { scanCommand } from './scan.js';
import { studyCommand } from './study.js';

const COMMANDS: readonly (() => Command)[] = [
  generateCommand, scanCommand, importCommand, infoCommand, measureCommand, describeCommand, conductCommand,
  correlateCommand, calibrateCommand, studyCommand, fitCommand, predictCommand, cellCommand, dischargeCommand,
  impedanceCommand, reportCommand,
];

function createProgram(): Command {
  const program = new Command('voxelith')
    .description(
      'Virtual materials testing of battery cathodes: structures, descriptors, effective conductivity, laws.',
    )
    .version(VERSION, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', '\nExamples:\n  $ voxelith info cathode.tif\n  $ voxelith help info');
  for (const command of COMMANDS) program.addCommand(command());
  program.addCommand(completionCommand(program));
  const quieten = (command: Command): void => {
    // Errors are printed once, below, in one line.
    command.exitOverride().configureOutput({ outputError: () => undefined });
    command.commands.forEach(quieten);
  };
  quieten(program);
  return program;
}

async function main(): Promise<number> {
  const program = createProgram();
  try {
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
