"""The server's settings, fitted to the machine."""

from __future__ import annotations

import os
from pathlib import Path

MEGABYTE = 1 << 20
MOST_BUFFERS = 2048
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
SHARED_MEMORY = Path("/dev/shm")


def text(socket: Path, *, durable: bool = True) -> str:
    """The configuration file. ``durable=False`` is for tests only: a power cut may cost the data."""
    memory = memory_megabytes()
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "shared_buffers": f"{max(128, min(MOST_BUFFERS, memory // 4))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "64MB",
        "maintenance_work_mem": "256MB",
        # one machine, no replica: a first load into an empty register then writes no log of its own (docs/why)
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "dynamic_shared_memory_type": _dynamic_memory(),
        "timezone": "Asia/Ho_Chi_Minh",
        "log_timezone": "Asia/Ho_Chi_Minh",
        "log_checkpoints": "off",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
    return "".join(f"{name} = '{value}'\n" for name, value in settings.items())


def memory_megabytes() -> int:
    """Memory that this machine or container may use."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = CGROUP_LIMIT.read_text(encoding="ascii").strip() if CGROUP_LIMIT.is_file() else "max"
    return min(machine, int(limit) if limit.isdigit() else machine) // MEGABYTE


def _dynamic_memory() -> str:
    """Containers often give ``/dev/shm`` only 64 MB, on which parallel queries fail; files never do."""
    try:
        found = os.statvfs(SHARED_MEMORY)
    except OSError:
        return "mmap"
    return "posix" if found.f_frsize * found.f_blocks >= 512 * MEGABYTE else "mmap"
