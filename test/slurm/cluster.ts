// A Slurm of one node on this machine, without systemd: munged, slurmctld, slurmd, their files in a scratch folder.
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Why there can be none here; null: there can. */
export function whyNoSlurm(): string | null {
  if (process.getuid?.() !== 0) return 'it is started as root';
  const missing = ['slurmctld', 'slurmd', 'munged', 'sbatch'].filter(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`], { env: { ...process.env, PATH } }).status !== 0,
  );
  return missing.length === 0 ? null : `${missing.join(', ')} not found: apt-get install slurm-wlm munge`;
}

const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

const [CONTROL_PORT, NODE_PORT] = [16817, 16818];

const HOST = hostname().split('.')[0];

function configuration(folder: string): string {
  return `ClusterName=voxelith
SlurmctldHost=${HOST}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=${folder}/munge/munge.socket
CommunicationParameters=NoInAddrAny
SlurmctldPort=${CONTROL_PORT}
SlurmdPort=${NODE_PORT}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=10
KillWait=5
SchedulerParameters=sched_interval=2,bf_interval=5
MaxArraySize=101
NodeName=${HOST} NodeAddr=127.0.0.1 CPUs=2 RealMemory=8000 State=UNKNOWN
PartitionName=main Nodes=${HOST} Default=YES MaxTime=INFINITE OverSubscribe=NO State=UP
`;
}

export interface Cluster {
  /** For programs that talk to it. */
  readonly env: NodeJS.ProcessEnv;
  ask(program: string, ...args: readonly string[]): Promise<string>;
  /** Kills the node with all that runs on it, as a power cut does, and says so, for which Slurm would wait. */
  failNode(): Promise<void>;
  bringBackNode(): Promise<void>;
  stop(): Promise<void>;
}

/** Processes of jobs, told by their environment, and the steps above them, which leave the node's daemon. */
function processesOf(folder: string): number[] {
  const found = readdirSync('/proc').filter((one) => /^\d+$/.test(one)).flatMap((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      if (!environment.includes(`SLURM_CONF=${folder}/`) || !environment.includes('SLURM_JOB_ID=')) return [];
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
      const step = readFileSync(`/proc/${parent}/cmdline`, 'utf8').startsWith('slurmstepd');
      return step ? [Number(parent), Number(pid)] : [Number(pid)];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
  return [...new Set(found)];
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** Starts it and waits until its node takes jobs. @param folder absolute, and short: it holds a socket */
export async function startCluster(folder: string): Promise<Cluster> {
  for (const name of ['state', 'spool', 'munge']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'slurm.conf'), configuration(folder));
  const env = { ...process.env, PATH, SLURM_CONF: join(folder, 'slurm.conf') };
  const start = (program: string, ...args: readonly string[]): ChildProcess => {
    const log = openSync(join(folder, `${program}.out`), 'a');
    return spawn(program, args, { env, stdio: ['ignore', log, log] });
  };
  const munge = join(folder, 'munge');
  writeFileSync(join(munge, 'munge.key'), Buffer.alloc(128, 7), { mode: 0o400 });
  const munged = start(
    'munged', '--foreground', '--force', `--socket=${munge}/munge.socket`, `--key-file=${munge}/munge.key`,
    `--pid-file=${munge}/munged.pid`, `--seed-file=${munge}/munged.seed`, `--log-file=${munge}/munged.log`,
  );
  const ask = (program: string, ...args: readonly string[]): Promise<string> => new Promise((resolve, reject) => {
    execFile(program, args, { env, timeout: 60_000 }, (error, stdout, stderr) =>
      (error === null ? resolve(stdout) : reject(new Error(`${program}: ${stderr || error.message}`))));
  });
  const until = async (what: string, done: () => boolean | Promise<boolean>): Promise<void> => {
    for (let k = 0; k < 300; k++) {
      if (await done()) return;
      await pause(200);
    }
    throw new Error(`${what} did not come; see the logs in ${folder}`);
  };
  await until('munged', () => existsSync(`${munge}/munge.socket`));
  const control = start('slurmctld', '-D');
  let node = start('slurmd', '-D');
  const idle = async (): Promise<boolean> => {
    const state = await ask('sinfo', '--noheader', '--format=%T').catch(() => '');
    return /^(idle|mixed|allocated)$/.test(state.trim());
  };
  await until('the node', idle);
  return {
    env, ask,
    async failNode() {
      kill([...(node.pid === undefined ? [] : [node.pid]), ...processesOf(folder)]);
      await ask('scontrol', 'update', `NodeName=${HOST}`, 'State=DOWN', 'Reason=power');
    },
    async bringBackNode() {
      node = start('slurmd', '-D');
      await until('the node', idle);
    },
    async stop() {
      await ask('scancel', '--me').catch(() => '');
      kill(processesOf(folder));
      for (const child of [node, control, munged]) {
        const ended = child.exitCode !== null || child.signalCode !== null
          ? null : new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await Promise.race([ended, pause(5000).then(() => child.kill('SIGKILL'))]);
      }
    },
  };
}

