"""What is known of the machine on which something was measured; never its name."""
import os
import platform
import subprocess


def _first_line(path, begin):
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith(begin):
                    return line.split(":" if ":" in line else "=", 1)[1].strip().strip('"')
    except OSError:
        pass
    return ""


def commit(root):
    """The commit that is checked out, with "+" when files differ from it; empty outside of git."""
    try:
        said = subprocess.run(["git", "-C", root, "describe", "--always", "--dirty=+"], capture_output=True, text=True)
    except OSError:
        return ""
    return said.stdout.strip()


def facts(root):
    return {
        "processor": _first_line("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "system": " ".join([_first_line("/etc/os-release", "PRETTY_NAME"), platform.release(), platform.machine()]).strip(),
        "libc": " ".join(platform.libc_ver()),
        "commit": commit(root),
    }
