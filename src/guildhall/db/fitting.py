"""The embedded server's settings, fitted to the machine at every start."""


def fitted_memory(total: int) -> dict[str, str]:
    """PostgreSQL's memory settings for a machine of `total` bytes that it shares with the application.

    An eighth for shared buffers (128 MB to 2 GB), half as the planner's guess of the page cache.
    """
    mb = 1024 * 1024
    shared = max(128, min(2048, total // 8 // mb))
    return {
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{max(256, total // 2 // mb)}MB",
        "maintenance_work_mem": f"{max(64, min(512, total // 32 // mb))}MB",
        "work_mem": f"{max(4, min(32, total // 512 // mb))}MB",
    }


def server_settings(memory: int) -> dict[str, str]:
    """The settings of the embedded server on a machine of so many bytes."""
    return {
        **fitted_memory(memory),
        "max_connections": "200",
        "random_page_cost": "1.1",
        # A new file of the log takes a tenth of a second, in which nobody commits: those that there are, are kept.
        "min_wal_size": "512MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_min_duration_statement": "1000",
        "wal_level": "replica",
    }
