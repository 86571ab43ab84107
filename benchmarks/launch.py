"""Run one command and say what it took, as JSON: `python -I -S launch.py FOLDER COMMAND...`.

A process of its own because the kernel counts the memory of the process that starts a command towards the command's
peak: this one is smaller than anything that is measured.
"""

import os
import sys
import time


def main() -> None:
    os.chdir(sys.argv[1])
    command = sys.argv[2:]
    null = os.open(os.devnull, os.O_RDWR)
    pipe, errors = os.pipe()
    files = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, errors, 2)]
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=files)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    os.close(errors)
    if status:
        said = os.read(pipe, 4000).decode(errors="replace")
        sys.exit(f"{' '.join(command)}: exit {os.waitstatus_to_exitcode(status)}\n{said}")
    print(f'{{"seconds": {wall:.6f}, "kibibytes": {usage.ru_maxrss}}}')


main()
