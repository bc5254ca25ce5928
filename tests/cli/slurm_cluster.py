"""A Slurm of this machine alone, for tests: its three daemons as children, all files in one folder."""
import ctypes
import getpass
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

DAEMONS = ("munged", "slurmctld", "slurmd")
PR_SET_PDEATHSIG = 1

CONF = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=1
KillWait=5
MinJobAge=2
MpiDefault=none
SwitchType=switch/none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=500 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing():
    """Programs of Slurm that are not installed."""
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    return [name for name in (*DAEMONS, "sbatch") if not shutil.which(name, path=path)]


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Cluster:
    """Runs while a `with` block does. A socket lies in the folder: its path must be short, and open to
    all users for munged."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.env = dict(os.environ, SLURM_CONF=str(self.folder / "slurm.conf"),
                        PATH=os.environ["PATH"] + ":/usr/sbin:/sbin")
        self.daemons = []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        munge = self.folder / "munge"
        for name, mode in (("munge", 0o755), ("munge/private", 0o700), ("state", 0o700),
                           ("spool", 0o755)):
            (self.folder / name).mkdir()
            (self.folder / name).chmod(mode)
        key = munge / "private/key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(128))
        host = socket.gethostname().split(".")[0]
        (self.folder / "slurm.conf").write_text(
            CONF.format(host=host, ports=free_ports(2), user=getpass.getuser(), folder=self.folder,
                        cpus=os.cpu_count()))
        self.daemon("munged", "--foreground", f"--key-file={key}", f"--socket={munge}/socket",
                    f"--pid-file={munge}/pid", f"--log-file={munge}/private/log",
                    f"--seed-file={munge}/private/seed")
        self.wait_until(lambda: (munge / "socket").exists(), "munged")
        self.daemon("slurmctld", "-D", "-c")
        self.daemon("slurmd", "-D")
        self.wait_until(lambda: self.command("sinfo", "-h", "-o", "%T") == "idle", "an idle node")

    def daemon(self, *words):
        with open(self.folder / f"{words[0]}.out", "wb") as out:
            self.daemons.append(
                subprocess.Popen(words, env=self.env, stdin=subprocess.DEVNULL, stdout=out,
                                 stderr=out, preexec_fn=die_with_parent))

    def stop(self):
        """Ends jobs, then the daemons in the reverse order of their start."""
        if len(self.daemons) == len(DAEMONS):
            self.command("scancel", "--user", getpass.getuser())
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()

    def command(self, *words):
        """What a command of Slurm prints; "" if it fails, as it does while daemons start."""
        return subprocess.run(words, env=self.env, capture_output=True, text=True).stdout.strip()

    def wait_until(self, condition, what, seconds=120):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end or any(each.poll() is not None for each in self.daemons):
                raise RuntimeError(f"no {what} after {seconds} s, or a daemon ended\n{self.logs()}")
            time.sleep(0.1)

    def wait_for_jobs(self):
        self.wait_until(lambda: self.command("squeue", "-h") == "", "all jobs to end")

    def logs(self):
        texts = [f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}"
                 for log in sorted(self.folder.glob("*.log")) + sorted(self.folder.glob("*.out"))]
        return "\n".join(texts) + "\n" + self.command("squeue", "-l")
