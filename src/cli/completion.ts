// voxelith completion: what a shell needs to complete commands, flags and their choices.
import { Argument, type Command, type Option } from 'commander';
import { defineCommand, runs } from './command.js';

interface Entry {
  /** Words after `voxelith`; empty for the program itself. */
  readonly path: string;
  readonly subcommands: readonly Command[];
  readonly flags: readonly Option[];
}

/** A command and all below it. */
function entriesOf(command: Command, path: readonly string[] = []): Entry[] {
  const subcommands = command.commands.filter((one) => one.name() !== 'help');
  const own = { path: path.join(' '), subcommands, flags: command.createHelp().visibleOptions(command) };
  return [own, ...subcommands.flatMap((one) => entriesOf(one, [...path, one.name()]))];
}

const longOf = ({ flags }: Entry): string[] => flags.flatMap(({ long }) => long ?? []);
const quoted = (text: string): string => `'${text.replaceAll('\n', ' ').replaceAll("'", `'\\''`)}'`;

/** One case per command, and one per flag with choices; everything else is a file. */
function bashScript(entries: readonly Entry[]): string {
  const names = [...new Set(entries.flatMap(({ subcommands }) => subcommands.map((one) => one.name())))];
  const words = entries.map((entry) =>
    `    ${quoted(entry.path)}) words=${quoted([...entry.subcommands.map((one) => one.name()), ...longOf(entry)]
      .join(' '))} ;;`);
  const choices = entries.flatMap(({ path, flags }) => flags.flatMap(({ long, argChoices }) =>
    (long && argChoices ? [`    ${quoted(`${path} ${long}`)}) choices=${quoted(argChoices.join(' '))} ;;`] : [])));
  return `_voxelith() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path= word words= choices=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " ${names.join(' ')} " in *" $word "*) path="\${path:+$path }$word" ;; *) break ;; esac
  done
  case "$path" in
${words.join('\n')}
  esac
  case "$path $previous" in
${choices.join('\n')}
  esac
  COMPREPLY=()
  if [ -n "$choices" ]; then COMPREPLY=($(compgen -W "$choices" -- "$current"))
  elif [ "$current" != "\${current#-}" ] || [ -z "$path" ] || [ "$path" = study ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -o default -F _voxelith voxelith
`;
}

/** zsh runs the script of bash. */
const zshScript = (entries: readonly Entry[]): string =>
  `autoload -U +X bashcompinit && bashcompinit\n${bashScript(entries)}`;

function fishScript(entries: readonly Entry[]): string {
  return entries.flatMap(({ path, subcommands, flags }) => {
    const words = path === '' ? [] : path.split(' ');
    const deeper = subcommands.map((one) => one.name()).join(' ');
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const when = [...seen, ...(deeper === '' ? [] : [`not __fish_seen_subcommand_from ${deeper}`])].join('; and ');
    const start = `complete -c voxelith -n ${quoted(when)}`;
    return [
      ...subcommands.map((one) => `${start} -f -a ${one.name()} -d ${quoted(one.description())}`),
      ...flags.flatMap(({ long, description, argChoices, required }) => (long ? [
        `${start} -l ${long.slice(2)} -d ${quoted(description)}` +
          (argChoices ? ` -x -a ${quoted(argChoices.join(' '))}` : required ? ' -r' : ''),
      ] : [])),
    ];
  }).join('\n').concat('\n');
}

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** @param program the whole command line, complete when the command runs */
export function completionCommand(program: Command): Command {
  const command = defineCommand('completion', 'Print a script with which a shell completes commands, flags, choices.', [
    'completion bash >> ~/.bashrc',
    'completion zsh >> ~/.zshrc',
    'completion fish > ~/.config/fish/completions/voxelith.fish',
  ]).addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SCRIPTS)));
  return runs<[keyof typeof SCRIPTS]>(command, (call, shell) => {
    const script = SCRIPTS[shell](entriesOf(program));
    call.print({ shell, script }, script);
    return Promise.resolve();
  });
}
